//! What an index may be, and what is made of it.

use super::*;

const USUAL: &str = "apiVersion: v1
entries:
  web:
  - apiVersion: v2
    created: \"2026-01-01T00:00:00.120000000Z\"
    name: web
    urls:
    - web-1.0.0.tgz
    version: 1.0.0
  - apiVersion: v2
    name: web
    urls: [web-1.10.0.tgz]
    version: 1.10.0
  - apiVersion: v2
    name: web
    version: 2.0.0-rc1
  - name: web
    version: one
  -
generated: \"2026-01-01T00:00:00Z\"
";

fn versions(index: &Index) -> Vec<&str> {
    index.entries["web"]
        .iter()
        .map(|entry| entry.metadata.version.as_str())
        .collect()
}

#[test]
fn invalid_entries_are_left_out_with_a_remark() {
    let (index, remarks) = Index::read(USUAL.as_bytes(), "here").unwrap();
    assert_eq!(versions(&index), ["2.0.0-rc1", "1.10.0", "1.0.0"]);
    let remarks: Vec<&str> = remarks.iter().map(|remark| remark.message.as_str()).collect();
    assert_eq!(
        remarks,
        [
            "skipping loading invalid entry for chart \"web\" from here: empty entry",
            "skipping loading invalid entry for chart \"web\" \"one\" from here: validation: chart.metadata.version \
             \"one\" is invalid",
        ]
    );
    assert_eq!(index.entries["web"][2].created, "2026-01-01T00:00:00.12Z");
}

#[test]
fn the_version_meant_is_helms() {
    let (index, _) = Index::read(USUAL.as_bytes(), "here").unwrap();
    let chosen = |version| {
        choose(&index.entries["web"], "web", version)
            .map(|(entry, remark)| (entry.metadata.version.as_str(), remark.is_some()))
            .map_err(|error| error.to_string())
    };
    assert_eq!(chosen(""), Ok(("1.10.0", false)));
    assert_eq!(chosen("1.0.0"), Ok(("1.0.0", false)));
    assert_eq!(chosen("v1.0.0"), Ok(("1.0.0", true)));
    assert_eq!(chosen("1.0"), Ok(("1.0.0", true)));
    assert_eq!(chosen("~1.0"), Ok(("1.0.0", false)));
    assert_eq!(chosen(">0.0.0-0"), Ok(("2.0.0-rc1", false)));
    assert_eq!(chosen("3"), Err("no chart version found for web-3".to_owned()));
}

#[test]
fn other_forms_mean_the_same() {
    let (usual, _) = Index::read(USUAL.as_bytes(), "here").unwrap();
    let shifted = USUAL.replace("entries:\n", "entries: # all of them\n");
    assert_eq!(Index::read(shifted.as_bytes(), "here").unwrap().0, usual);
    let (json, _) = Index::read(usual.to_json().as_bytes(), "here").unwrap();
    assert_eq!(json, usual);
    let (again, _) = Index::read(usual.to_yaml().unwrap().as_bytes(), "here").unwrap();
    assert_eq!(again, usual);
}

#[test]
fn what_is_no_index_is_refused() {
    let error = |text: &str| Index::read(text.as_bytes(), "here").unwrap_err().to_string();
    assert_eq!(error(""), "empty index.yaml file");
    assert_eq!(error("entries: {}\n"), "no API version specified");
    assert!(error("apiVersion: v1\nentries:\n  a: []\n  a: []\n").contains("already set in map"));
    assert!(error("apiVersion: v1\nentries:\n  a:\n  - colour: red\n").contains("unknown field \"colour\""));
    assert!(Index::read(b"{\"apiVersion\":\"v1\",\"colour\":1}", "here").is_ok());
}

#[test]
fn a_large_index_is_read_in_pieces() {
    let mut text = String::from("apiVersion: v1\nentries:\n");
    for chart in 0..2_000 {
        text.push_str(&format!("  chart-{chart}:\n"));
        for version in 0..3 {
            text.push_str(&format!(
                "  - name: chart-{chart}\n    version: {version}.0.0\n    description: {}\n",
                "word ".repeat(20)
            ));
        }
    }
    let (index, _) = Index::read(text.as_bytes(), "here").unwrap();
    assert_eq!(index.entries.len(), 2_000);
    assert_eq!(index.entries["chart-7"][0].metadata.version, "2.0.0");
    text.push_str("  chart-7: []\n");
    let error = Index::read(text.as_bytes(), "here").unwrap_err().to_string();
    assert!(error.contains("\"chart-7\" already set in map"), "{error}");
}

#[test]
fn what_is_here_wins() {
    let (mut index, _) = Index::read(USUAL.as_bytes(), "here").unwrap();
    let mut other = index.clone();
    other.entries.get_mut("web").unwrap()[0].digest = "other".to_owned();
    other.entries.get_mut("web").unwrap()[1].metadata.version = "9.0.0".to_owned();
    index.merge(other);
    index.sort();
    assert_eq!(versions(&index), ["9.0.0", "2.0.0-rc1", "1.10.0", "1.0.0"]);
    assert_eq!(index.entries["web"][1].digest, "");
}
