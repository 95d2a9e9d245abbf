//! What one of us puts into a registry the other finds there, whatever the registry wants to know.

use super::{SIDES, Sides};
use crate::cli::create::called_helm;
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
        let helm = format!("pull {chart} --version ^1 -d pulled --verify=false {flags}");
        std::fs::create_dir_all(sides.env.path().join("pulled")).expect("folders can be made");
        sides.run("helm", &helm).ok();
        assert_eq!(sides.bytes(&archive), sides.bytes("pulled/web-1.2.3+build.5.tgz"));
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
    let folder = std::fs::read_dir(&cache)
        .expect("the cache")
        .next()
        .expect("a folder")
        .expect("it");
    let file = std::fs::read_dir(folder.path())
        .expect("a folder")
        .next()
        .expect("a file")
        .expect("it");
    assert_eq!(
        std::fs::read(file.path()).expect("it can be read"),
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
