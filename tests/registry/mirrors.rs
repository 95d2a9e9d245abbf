//! Mirrors of registries.

use super::Sides;
use crate::support::TestEnv;
use crate::support::answers::{Answer, Answers};
use crate::support::registry::{Kind, Registry};
use crate::support::tokens::{PASSWORD, USER};

fn set(sides: &Sides, origin: &Registry, at: &str) {
    sides.env.write(
        ".config/helm/registry/mirrors.yaml",
        &format!("mirrors:\n- of: oci://{}\n  at: ['{at}']\n", origin.address),
    );
}

#[test]
fn a_mirror_stands_in_for_a_registry_that_is_gone() {
    let Some(sides) = Sides::new() else { return };
    let other = TestEnv::offline();
    let (Some(origin), Some(mirror)) = (
        Registry::start(&sides.env, Kind::Token),
        Registry::start(&other, Kind::Basic),
    ) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    sides.login("cox", &mirror);
    let line = format!("push {archive} {} --plain-http", mirror.place("hub/team"));
    sides.env.cox(&line).ok();
    set(&sides, &origin, &format!("http://{}/hub", mirror.address));
    let chart = origin.place("team/web");
    drop(origin);
    let said = sides.env.cox(&format!("pull {chart} --prov --plain-http -d ."));
    let told = said.stderr.clone();
    let said = said.ok() + &told;
    assert!(
        said.contains(&format!("Pulled: {}", chart.trim_start_matches("oci://"))),
        "{said}"
    );
    assert_eq!(
        sides
            .env
            .cox(&format!("search repo {chart} --plain-http -o json"))
            .ok()
            .matches("\"1.0.0\"")
            .count(),
        1
    );
}

#[test]
fn a_mirror_with_other_content_is_named_and_the_registry_asked() {
    let Some(sides) = Sides::new() else { return };
    let Some(origin) = Registry::start(&sides.env, Kind::Open) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let push = format!("push {archive} {} --plain-http", origin.place("team"));
    sides.env.cox(&push).ok();
    let chart = origin.place("team/web");
    let address = origin.address.clone();
    for (what, why) in [("blobs", "mismatch "), ("manifests", "failed to decode response")] {
        // All that it says of the manifest is true until it is asked for the part that is not.
        let truth = address.clone();
        let mirror = Answers::start(move |asked| {
            if asked.target.contains(what) {
                let kind = "application/vnd.oci.image.manifest.v1+json";
                return Answer::new(200, "<html>").with("Content-Type", kind);
            }
            Answer::new(307, "").with("Location", format!("http://{truth}{}", asked.target))
        });
        set(&sides, &origin, &format!("http://{}", mirror.address()));
        let _ = std::fs::remove_dir_all(sides.env.path().join(".cache"));
        let said = sides
            .env
            .cox(&format!("pull {chart}:1.0.0 --plain-http -d pulled"));
        let warning = format!(
            "WARNING: what the mirror has at http://{}/team/web is not used: ",
            mirror.address()
        );
        let told: Vec<&str> = said
            .stderr
            .lines()
            .filter(|line| line.starts_with(&warning))
            .collect();
        assert_eq!(told.len(), 1, "{}", said.stderr);
        assert!(told[0].contains(why), "{told:?}");
        said.ok();
        assert_eq!(sides.bytes("pulled/web-1.0.0.tgz"), sides.bytes(&archive));
    }
    drop(origin);
    let said = sides
        .env
        .cox(&format!("pull {chart}:1.0.0 --plain-http -d pulled"))
        .failed();
    assert!(
        said.lines()
            .last()
            .unwrap_or_default()
            .contains("failed to decode response"),
        "{said}"
    );
}

#[test]
fn a_mirror_must_have_the_dependencies_that_were_there_before() {
    let Some(sides) = Sides::new() else { return };
    let other = TestEnv::offline();
    let (Some(origin), Some(mirror)) = (
        Registry::start(&sides.env, Kind::Open),
        Registry::start(&other, Kind::Open),
    ) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let push = |registry: &Registry| {
        let line = format!("push {archive} {} --plain-http", registry.place("team"));
        sides.env.cox(&line).ok()
    };
    push(&origin);
    let chart = format!(
        "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{{name: web, version: 1.0.0, repository: '{}'}}]\n",
        origin.place("team")
    );
    sides.env.write("app/Chart.yaml", &chart);
    sides.env.cox("dependency update app --plain-http").ok();
    let before = sides.bytes("app/charts/web-1.0.0.tgz");
    let _ = std::fs::remove_dir_all(sides.env.path().join(".cache"));
    // The mirror has published the version once more.
    sides.env.write("charts/web/templates/y.yaml", "kind: Y\n");
    sides.run("helm", "package charts/web").ok();
    push(&mirror);
    set(&sides, &origin, &format!("http://{}", mirror.address));
    let said = sides.env.cox("dependency build app --plain-http --frozen");
    assert!(
        said.stderr.contains("its archive is not what it was"),
        "{}",
        said.stderr
    );
    said.ok();
    assert_eq!(sides.bytes("app/charts/web-1.0.0.tgz"), before);
}

#[test]
fn a_mirror_does_not_learn_who_we_are_at_the_registry() {
    let Some(sides) = Sides::new() else { return };
    let Some(origin) = Registry::start(&sides.env, Kind::Basic) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let mirror = Answers::start(|_| Answer::new(401, "").with("WWW-Authenticate", "Basic realm=\"mirror\""));
    set(&sides, &origin, &format!("http://{}", mirror.address()));
    let flags = format!("--plain-http --username {USER} --password {PASSWORD}");
    let push = format!("push {archive} {} {flags}", origin.place("team"));
    sides.env.cox(&push).ok();
    // Who pushes does not ask mirrors.
    assert!(mirror.asked().is_empty());
    let pull = format!("pull {} {flags} -d . --debug", origin.place("team/web"));
    let said = sides.env.cox(&pull);
    assert!(said.stderr.contains("mirror passed over"), "{}", said.stderr);
    assert!(!said.stderr.contains(PASSWORD), "{}", said.stderr);
    said.ok();
    sides.login("cox", &origin);
    let chart = format!("show chart {} --plain-http", origin.place("team/web"));
    sides.env.cox(&chart).ok();
    let asked = mirror.asked();
    assert!(!asked.is_empty());
    assert!(
        asked
            .iter()
            .all(|asked| !asked.headers.contains_key("authorization")),
        "{asked:?}"
    );
}
