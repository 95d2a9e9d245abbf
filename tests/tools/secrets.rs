//! helm-secrets: a plugin with its `plugin.yaml` (of one piece, as in 4.6, and in two, as in 4.7), called as it is; what
//! decrypts is not its own.

use super::{copy, own_namespace, same_in_namespaces};
use crate::cli::plugins::Sides;
use crate::support::TestEnv;

/// Both with a chart, encrypted values, and the plugin.
fn sides(env: TestEnv, plugins: &[&str]) -> Option<Sides> {
    let sides = Sides::in_environment(env)?;
    let folder = sides.env.path();
    copy("project/charts/web", &folder.join("web"));
    sides
        .env
        .write("secrets.yaml", &encrypted("message: behind a wall\n"));
    sides
        .env
        .write("sub/secrets.prod.yaml", &encrypted("port: 8443\n"));
    sides.env.write("broken.yaml", "%%%");
    sides.env.write("key.txt", "a key\n");
    for plugin in plugins {
        let target = folder.join("source").join(plugin);
        copy("plugins/secrets", &target);
        copy(&format!("plugins/{plugin}"), &target);
        sides.same(&format!("plugin install source/{plugin}")).ok();
    }
    Some(sides)
}

fn encrypted(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn the_plugin_of_one_piece_gives_values() {
    let Some(sides) = sides(TestEnv::offline(), &["secrets"]) else {
        return;
    };
    values(&sides);
    // As it has a getter, it is no command for Helm 4.
    sides.same("secrets decrypt secrets.yaml").failed();
}

#[test]
fn the_getter_of_the_new_form_gives_values() {
    let Some(sides) = sides(TestEnv::offline(), &["secrets-getter"]) else {
        return;
    };
    values(&sides);
    sides.same("secrets decrypt secrets.yaml").failed();
}

#[test]
fn releases_are_installed_with_secrets() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let Some(sides) = sides(env, &["secrets"]) else {
        return;
    };
    let same = |line: &str| same_in_namespaces(&sides, "hidden", line, &[]);
    same("install shop web -n NS --create-namespace -f secrets://secrets.yaml --set-file more=secrets://secrets.yaml").ok();
    same(
        "upgrade shop web -n NS -f secrets+age-import://key.txt?secrets.yaml,secrets://sub/secrets.prod.yaml",
    )
    .ok();
    let values = same("get values shop -n NS").ok();
    assert_eq!(
        values,
        "USER-SUPPLIED VALUES:\nmessage: behind a wall\nport: 8443\n"
    );
    for side in [0, 1] {
        let line = format!("uninstall shop -n {}", own_namespace("hidden", side));
        sides.run(side, &line, &[]).ok();
    }
}

/// Values through the plugin, wherever values are taken.
fn values(sides: &Sides) {
    let text = sides.same("template shop web -f secrets://secrets.yaml").ok();
    assert!(text.contains("message: \"behind a wall\""), "{text}");
    for line in [
        "template shop web -f secrets+age-import://key.txt?secrets.yaml --values secrets://sub/secrets.prod.yaml",
        "template shop web --set-file message=secrets://secrets.yaml",
        "template shop web -f secrets+literal://replicas:",
        "template shop web -f secrets://sub/../secrets.yaml",
        "lint web -f secrets://secrets.yaml",
        "install shop web --dry-run=client -f secrets://secrets.yaml",
    ] {
        let [helm, ours] = [0, 1].map(|side| sides.run(side, line, &[]));
        assert_eq!(ours.code, helm.code, "{line}\n{ours:?}\n{helm:?}");
        let is_fixed = |line: &&str| !line.starts_with("LAST DEPLOYED:");
        let [helm_said, we_said] =
            [&helm, &ours].map(|it| it.stdout.lines().filter(is_fixed).collect::<Vec<_>>());
        assert_eq!(we_said, helm_said, "{line}");
        assert_eq!(ours.stderr, helm.stderr, "{line}");
    }
    for line in [
        "template shop web -f secrets://nothing.yaml",
        "template shop web -f secrets://broken.yaml",
        "lint web -f secrets+age-import://no-key?secrets.yaml",
        "template shop web -f secrets+gpg-import://key.txt?secrets.yaml",
    ] {
        // Helm puts its own view of the plugin into the line that follows the plugin's.
        let [helm, ours] = [0, 1].map(|side| sides.run(side, line, &[]).failed());
        assert_eq!(ours.lines().next(), helm.lines().next(), "{line}");
        assert!(ours.contains("failed to invoke: plugin"), "{ours}");
    }
}
