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
