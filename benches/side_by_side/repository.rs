//! Repositories as large as the largest ones: an index of 25 MB, and a chart with 40 dependencies.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::cases::{Case, words};
use crate::web::Web;

/// 1,500 charts of 20 versions each make an index of 25 MB.
const CHARTS: usize = 1_500;
const VERSIONS: usize = 20;
const RUNS: usize = 5;
const REPOSITORIES: usize = 5;
const DEPENDENCIES: usize = 40;

/// The cases, with all that they need written into `home`. The server lives as long as the program.
pub(crate) fn cases(home: &Path, helm: &Path) -> Vec<Case> {
    let site = home.join("site");
    let web = Web::serve(&site);
    let url = web.url();
    // Nobody stops it: the cases are run later.
    std::mem::forget(web);
    write_large(home, helm, &url);
    write_parents(home, helm, &url);
    let cold = |program: &str, n: usize| {
        vec![words(&format!(
            "search repo --repository-config large.yaml --repository-cache large-{program}-{n}"
        ))]
    };
    let warm = "--repository-config large.yaml --repository-cache large";
    vec![
        Case::new("repository, search, cold", RUNS, Box::new(cold)),
        Case::fixed("repository, search, warm", RUNS, &format!("search repo {warm}")),
        Case::fixed(
            "repository, show chart",
            RUNS,
            &format!("show chart large/chart-0007 {warm}"),
        ),
        Case::new(
            "repository, 40 dependencies",
            RUNS,
            Box::new(|program, _| {
                vec![words(&format!(
                    "dependency update parent-{program} --repository-config five.yaml --repository-cache five-{program}"
                ))]
            }),
        ),
    ]
}

fn run(home: &Path, program: &Path, line: &str) {
    let status = Command::new(program)
        .args(words(line))
        .current_dir(home)
        .env("HOME", home)
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.is_ok_and(|status| status.success()), "{line}");
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
    std::fs::write(path, text).expect("files can be written");
}

/// The large index, for every run a cache of its own, and one that is read before.
fn write_large(home: &Path, helm: &Path, url: &str) {
    let real = pack(home, helm, "chart-0007", "large");
    let index = index(&format!("{url}/large"), CHARTS, &real);
    write(
        &home.join("large.yaml"),
        &format!("repositories:\n- name: large\n  url: {url}/large\n"),
    );
    for program in ["helm", "cox"] {
        for n in 0..RUNS {
            write(
                &home.join(format!("large-{program}-{n}/large-index.yaml")),
                &index,
            );
        }
    }
    write(&home.join("large/large-index.yaml"), &index);
    let cox = Path::new(env!("CARGO_BIN_EXE_cox"));
    run(
        home,
        cox,
        "show chart large/chart-0007 --repository-config large.yaml --repository-cache large",
    );
}

/// Packs a chart of the version that is the newest in the index; its digest.
fn pack(home: &Path, helm: &Path, name: &str, folder: &str) -> String {
    write(
        &home.join("source").join(name).join("Chart.yaml"),
        &format!("apiVersion: v2\nname: {name}\nversion: {VERSIONS}.0.0\n"),
    );
    run(home, helm, &format!("package source/{name} -d site/{folder}"));
    let bytes = std::fs::read(home.join(format!("site/{folder}/{name}-{VERSIONS}.0.0.tgz")));
    let digest = <sha2::Sha256 as sha2::Digest>::digest(bytes.expect("it was just packed"));
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The text of an index; `digest` is that of the newest version of `chart-0007`.
fn index(url: &str, charts: usize, digest: &str) -> String {
    let mut text = String::from("apiVersion: v1\nentries:\n");
    for chart in 0..charts {
        let name = format!("chart-{chart:04}");
        let _ = writeln!(text, "  {name}:");
        for version in (1..=VERSIONS).rev() {
            let is_real = chart == 7 && version == VERSIONS;
            let digest = if is_real {
                digest.to_owned()
            } else {
                format!("{chart:032x}{version:032x}")
            };
            text.push_str(&entry(url, &name, version, &digest));
        }
    }
    text.push_str("generated: \"2026-06-01T00:00:00Z\"\n");
    text
}

fn entry(url: &str, name: &str, version: usize, digest: &str) -> String {
    format!(
        r#"  - annotations:
      category: Infrastructure
      licenses: Apache-2.0
    apiVersion: v2
    appVersion: {version}.0.0
    created: "2026-05-{version:02}T10:20:30.123456789Z"
    dependencies:
    - name: common
      repository: https://charts.example.com/common
      tags:
      - example-common
      version: 2.x.x
    description: {name} runs a service that people know by its name. It is deployed often, and it is well known.
    digest: {digest}
    home: https://example.com/charts/{name}
    icon: https://example.com/icons/{name}.svg
    keywords:
    - service
    - {name}
    - example
    maintainers:
    - name: Example
      url: https://github.com/example/charts
    name: {name}
    sources:
    - https://github.com/example/charts/tree/main/{name}
    urls:
    - {url}/{name}-{version}.0.0.tgz
    version: {version}.0.0
"#
    )
}

/// A chart for each program, with dependencies in five repositories of 100 charts each.
fn write_parents(home: &Path, helm: &Path, url: &str) {
    let mut config = String::from("repositories:\n");
    let mut chart = String::from("apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n");
    for repository in 0..REPOSITORIES {
        let folder = format!("five-{repository}");
        let _ = write!(config, "- name: r{repository}\n  url: {url}/{folder}\n");
        let mut text = index(
            &format!("{url}/{folder}"),
            100,
            &format!("{:032x}{VERSIONS:032x}", 7),
        );
        for number in 0..DEPENDENCIES / REPOSITORIES {
            let name = format!("chart-{number:04}");
            let digest = pack(home, helm, &name, &folder);
            let faked = format!("digest: {number:032x}{VERSIONS:032x}\n");
            text = text.replace(&faked, &format!("digest: {digest}\n"));
            let _ = write!(
                chart,
                "- name: {name}\n  alias: {name}-{repository}\n  version: '>=1'\n  repository: '@r{repository}'\n"
            );
        }
        write(&home.join(format!("site/{folder}/index.yaml")), &text);
    }
    write(&home.join("five.yaml"), &config);
    for program in ["helm", "cox"] {
        write(&home.join(format!("parent-{program}/Chart.yaml")), &chart);
    }
}
