//! What one of us puts into a registry the other finds there, whatever the registry wants to know.

use super::{SIDES, Sides};
use crate::cli::create::called_helm;
use crate::support::gnupg::Gnupg;
use crate::support::registry::{KINDS, Kind, Registry};

#[test]
fn both_push_the_same_and_find_what_the_other_pushed() {
    let Some(sides) = Sides::new() else { return };
    for kind in KINDS {
        let Some(registry) = Registry::start(&sides.env, kind) else {
            return;
        };
        for side in SIDES {
            sides.login(side, &registry);
            exchange(&sides, &registry);
        }
    }
}

/// Pushes the same file from both sides to places of their own, and looks at each from both sides.
fn exchange(sides: &Sides, registry: &Registry) {
    let archive = sides.pack("web", "1.2.3+build.5");
    let flags = registry.flags();
    let pushed = SIDES.map(|side| {
        let line = format!("push {archive} {} {flags}", registry.place(side));
        sides.run(side, &line).ok().replace(&format!("/{side}/"), "/")
    });
    assert_eq!(
        pushed[0], pushed[1],
        "{:?}: the same words, the same digest",
        registry.kind
    );
    for from in SIDES {
        let chart = registry.place(&format!("{from}/web"));
        for to in SIDES {
            let folder = format!("pulled-by-{to}");
            std::fs::create_dir_all(sides.env.path().join(&folder)).expect("folders can be made");
            let line = format!("pull {chart} --version ^1 --prov -d {folder} {flags}");
            sides.run(to, &line).ok();
            let file = format!("{folder}/web-1.2.3+build.5.tgz");
            assert_eq!(
                sides.bytes(&archive),
                sides.bytes(&file),
                "{:?} {to}",
                registry.kind
            );
            assert_eq!(
                sides.bytes(&format!("{archive}.prov")),
                sides.bytes(&format!("{file}.prov"))
            );
            std::fs::remove_dir_all(sides.env.path().join(&folder)).expect("folders can be deleted");
        }
        cached(sides, &chart, &archive, &flags);
    }
}

/// What we fetch lies in the content cache, byte for byte.
fn cached(sides: &Sides, chart: &str, archive: &str, flags: &str) {
    let cache = sides.env.path().join("content");
    let _ = std::fs::remove_dir_all(&cache);
    let said = sides.run(
        "cox",
        &format!("show chart {chart} --version 1.x --content-cache content {flags}"),
    );
    assert!(said.stderr.contains("contains an underscore"), "{}", said.stderr);
    assert!(said.ok().contains("version: 1.2.3+build.5\n"));
    let files = sides.cached("content");
    assert_eq!(files.len(), 1);
    assert_eq!(
        std::fs::read(&files[0]).expect("it can be read"),
        sides.bytes(archive)
    );
}

#[test]
fn versions_are_chosen_alike() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Open) else {
        return;
    };
    for version in ["0.1.0", "0.2.0", "1.0.0", "1.1.0-rc.1", "1.0.1+b"] {
        let archive = sides.pack("web", version);
        let line = format!("push {archive} {} --plain-http", registry.place("charts"));
        sides.run("cox", &line).ok();
    }
    let helm = called_helm(&sides.env);
    let chart = registry.place("charts/web");
    for wanted in [
        "",
        ":0.1.0",
        ":0.1.0 --version 0.1.0",
        ":0.1.0 --version 0.2.0",
        " --version ^0",
        " --version ~0.1",
        " --devel",
        " --version 1.0.1+b",
        " --version 9",
        " --version ^9",
        " --version nonsense",
        "@sha256:00",
        "x",
        ":UPPER/x",
    ] {
        let line = format!("show chart {chart}{wanted} --plain-http");
        let (ours, theirs) = (sides.env.run(&helm, &line), sides.run("helm", &line));
        assert_eq!(ours, theirs, "{line}");
    }
}

#[test]
fn dependencies_come_from_every_kind_of_registry_alike() {
    let Some(sides) = Sides::new() else { return };
    for kind in KINDS {
        let Some(registry) = Registry::start(&sides.env, kind) else {
            return;
        };
        dependencies(&sides, &registry);
    }
}

/// Updates a chart by each side, and builds it by the lock of the other.
fn dependencies(sides: &Sides, registry: &Registry) {
    sides.login("cox", registry);
    let flags = registry.flags();
    for version in ["0.1.0", "0.2.0", "1.0.0+b"] {
        let archive = sides.pack("part", version);
        let line = format!("push {archive} {} {flags}", registry.place("parts"));
        sides.run("cox", &line).ok();
    }
    let found = SIDES.map(|side| updated(sides, registry, side));
    assert!(found[0] == found[1], "{:?}", registry.kind);
    for (side, other) in [("cox", "helm"), ("helm", "cox")] {
        std::fs::remove_dir_all(sides.env.path().join(format!("by-{other}/charts"))).expect("it was there");
        sides
            .run(side, &format!("dependency build by-{other} {flags}"))
            .ok();
        let built = sides.bytes(&format!("by-{other}/charts/part-0.1.0.tgz"));
        assert!(built == found[0].1[0], "{:?}", registry.kind);
    }
}

/// The lock file that a side writes, but for the time, and the archives that it fetches.
fn updated(sides: &Sides, registry: &Registry, side: super::Side) -> (String, [Vec<u8>; 2]) {
    let place = registry.place("parts");
    let chart = format!(
        "apiVersion: v2\nname: whole\nversion: 1.0.0\ndependencies:\n- name: part\n  version: ^0.1\n  repository: \
         {place}\n- name: part\n  alias: other\n  version: 1.0.0+b\n  repository: {place}\n"
    );
    let _ = std::fs::remove_dir_all(sides.env.path().join(format!("by-{side}")));
    sides.env.write(&format!("by-{side}/Chart.yaml"), &chart);
    let line = format!("dependency update by-{side} {}", registry.flags());
    sides.run(side, &line).ok();
    let lock = String::from_utf8(sides.bytes(&format!("by-{side}/Chart.lock"))).expect("text");
    let lock = lock.split("generated:").next().expect("a beginning").to_owned();
    let packed = ["part-0.1.0.tgz", "part-1.0.0+b.tgz"];
    (
        lock,
        packed.map(|file| sides.bytes(&format!("by-{side}/charts/{file}"))),
    )
}

#[test]
fn signatures_go_through_every_kind_of_registry() {
    let Some(sides) = Sides::new() else { return };
    let Some(gnupg) = Gnupg::new(&sides.env) else {
        return;
    };
    gnupg.make_key("Rosa <rosa@example.com>", "ed25519 sign never", "");
    for (file, what) in [("public", "--export"), ("secret", "--export-secret-keys")] {
        std::fs::write(sides.env.path().join(file), gnupg.run(&[what], b"")).expect("files can be written");
    }
    sides.pack("web", "1.0.0");
    for kind in KINDS {
        let Some(registry) = Registry::start(&sides.env, kind) else {
            return;
        };
        sides.login("cox", &registry);
        for from in SIDES {
            signed(&sides, &registry, from);
        }
    }
}

/// Signs and pushes by one side, pulls and verifies by both.
fn signed(sides: &Sides, registry: &Registry, from: super::Side) {
    let line = "package charts/web --sign --key rosa --keyring secret";
    sides.run(from, line).ok();
    let (place, flags) = (registry.place(from), registry.flags());
    sides
        .run(from, &format!("push web-1.0.0.tgz {place} {flags}"))
        .ok();
    for to in SIDES {
        let folder = format!("{:?}-{from}-{to}", registry.kind);
        sides.env.write(&format!("{folder}/x"), "");
        let line = format!("pull {place}/web --version 1.0.0 --verify --keyring public -d {folder} {flags}");
        let said = sides.run(to, &line).ok();
        assert!(said.contains("Signed by: Rosa"), "{folder}");
        let line = format!("verify {folder}/web-1.0.0.tgz --keyring public");
        sides.run(to, &line).ok();
    }
}

#[test]
fn refusals_are_worded_alike() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Token) else {
        return;
    };
    let helm = called_helm(&sides.env);
    let archive = sides.pack("web", "1.0.0");
    let (address, place) = (&registry.address, registry.place("charts"));
    for line in [
        format!("push {archive} {place} --plain-http"),
        format!("push {archive} {place}"),
        format!("push {archive} {place} --plain-http --username alice --password wrong"),
        format!("push {archive} {place}/UPPER --plain-http"),
        format!("push charts/web {place} --plain-http"),
        format!("push nothing.tgz {place} --plain-http"),
        format!("push {archive} http://{address}"),
        format!("push {archive} {address}/charts"),
        format!("push {archive} charts"),
        format!("push {archive}"),
        format!("show chart {place}/web --plain-http"),
        format!("registry login {address} -u alice -p wrong --plain-http"),
        format!("registry login {address}/charts -u alice -p wonderland --plain-http"),
        format!("registry login {address}"),
        format!("registry logout {address}"),
        "registry logout".to_owned(),
    ] {
        let (ours, theirs) = (sides.env.run(&helm, &line), sides.run("helm", &line));
        assert_eq!(ours, theirs, "{line}");
    }
}

#[test]
fn data_stay_apart_from_what_is_said_of_the_transfer() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Open) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let line = format!("push {archive} {} --plain-http", registry.place("charts"));
    sides.run("cox", &line).ok();
    let shown = sides.run(
        "cox",
        &format!("template {} --plain-http", registry.place("charts/web")),
    );
    assert!(shown.stderr.starts_with("Pulled: "), "{}", shown.stderr);
    assert_eq!(shown.ok(), "---\n# Source: web/templates/x.yaml\nkind: X\n");
}

#[test]
fn an_expired_certificate_is_refused() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Expired) else {
        return;
    };
    let line = format!("show chart {}/web {}", registry.place("charts"), registry.flags());
    let said = sides.run("cox", &line).failed();
    assert!(
        said.contains("certificate has expired or is not yet valid"),
        "{said}"
    );
    let line = format!(
        "show chart {}/web --insecure-skip-tls-verify",
        registry.place("charts")
    );
    assert!(
        sides
            .run("cox", &line)
            .failed()
            .contains("response status code 404")
    );
}

#[test]
fn a_registry_is_searched_without_fetching_charts() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Open) else {
        return;
    };
    for version in ["0.1.0", "1.0.0+b", "1.1.0-rc.1"] {
        let archive = sides.pack("web", version);
        let line = format!("push {archive} {} --plain-http", registry.place("charts"));
        sides.run("cox", &line).ok();
    }
    let chart = registry.place("charts/web");
    let listed = |flags: &str| {
        let line = format!("search repo {chart} --plain-http -o json {flags}");
        let rows: serde_json::Value = serde_json::from_str(&sides.run("cox", &line).ok()).expect("JSON");
        let rows = rows.as_array().expect("a list").clone();
        assert!(
            rows.iter()
                .all(|row| row["app_version"] == "7" && row["name"] == chart.as_str())
        );
        let versions = rows
            .iter()
            .map(|row| row["version"].as_str().expect("text").to_owned());
        versions.collect::<Vec<_>>()
    };
    assert_eq!(listed(""), ["1.0.0+b"]);
    assert_eq!(listed("-l"), ["1.0.0+b", "0.1.0"]);
    assert_eq!(listed("-l --devel"), ["1.1.0-rc.1", "1.0.0+b", "0.1.0"]);
    assert_eq!(listed("--version <1"), ["0.1.0"]);
    let names: Vec<String> = sides
        .cached(".cache/helm/content")
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    assert_eq!(names.len(), 3);
    assert!(names.iter().all(|name| name.ends_with(".config")), "{names:?}");
}

#[test]
fn large_charts_are_pushed_and_pulled() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Open) else {
        return;
    };
    sides.pack("large", "1.0.0");
    let mut bytes = vec![0; 4_500_000];
    for n in 0..8 {
        rand::RngCore::fill_bytes(&mut rand::thread_rng(), &mut bytes);
        let file = sides.env.path().join(format!("charts/large/{n}"));
        std::fs::write(file, &bytes).expect("files can be written");
    }
    sides.run("helm", "package charts/large").ok();
    let line = format!("push large-1.0.0.tgz {} --plain-http", registry.place("charts"));
    assert!(
        sides
            .run("helm", &line)
            .failed()
            .contains("invalid descriptor size")
    );
    sides.run("cox", &line).ok();
    std::fs::create_dir_all(sides.env.path().join("pulled")).expect("folders can be made");
    let line = format!("pull {} -d pulled --plain-http", registry.place("charts/large"));
    sides.run("cox", &line).ok();
    assert!(sides.bytes("large-1.0.0.tgz") == sides.bytes("pulled/large-1.0.0.tgz"));
}
