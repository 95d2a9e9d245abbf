//! `--offline`: what a registry said once is known when it is gone.

use super::Sides;
use crate::support::registry::{Kind, Registry};

#[test]
fn what_was_fetched_is_there_when_the_registry_is_gone() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Basic) else {
        return;
    };
    sides.login("cox", &registry);
    for version in ["1.0.0", "1.1.0", "2.0.0+b"] {
        let archive = sides.pack("web", version);
        let line = format!("push {archive} {} --plain-http", registry.place("team"));
        sides.run("cox", &line).ok();
    }
    let chart = registry.place("team/web");
    let lines = [
        format!("show chart {chart} --version 1.0.0"),
        format!("show chart {chart}:2.0.0+b"),
        format!("template x {chart} --version ^1"),
        format!("pull {chart}:1.0.0 --prov"),
        "dependency update app".to_owned(),
        format!("search repo {chart} -l"),
    ];
    sides.env.write(
        "app/Chart.yaml",
        &format!(
            "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- name: web\n  version: '>=1'\n  repository: {}\n",
            registry.place("team")
        ),
    );
    let online = lines
        .each_ref()
        .map(|line| sides.env.cox(&format!("{line} --plain-http")).ok());
    drop(registry);
    for (line, online) in lines.iter().zip(&online) {
        sides.env.cox(&format!("{line} --plain-http")).failed();
        assert_eq!(
            sides.env.cox(&format!("{line} --plain-http --offline")).ok(),
            *online,
            "{line}"
        );
    }
    sides.env.cox("dependency build app --offline --frozen").ok();
    for (missing, what) in [
        (
            format!("show chart {chart}:3.0.0"),
            "/v2/team/web/manifests/3.0.0",
        ),
        (format!("show chart {chart}x"), "/v2/team/webx/tags/list"),
    ] {
        let said = sides.env.cox(&format!("{missing} --offline")).failed();
        assert!(
            said.contains(what) && said.contains("nobody is asked when offline"),
            "{said}"
        );
    }
}
