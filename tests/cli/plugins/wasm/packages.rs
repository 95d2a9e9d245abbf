//! Plugins with modules in archives.

use super::super::{Sides, archives};
use super::{answer, plugin};

#[test]
fn what_one_signs_the_other_verifies_and_installs() {
    let Some(sides) = Sides::new() else { return };
    let Some(_gnupg) = archives::keys(&sides) else {
        return;
    };
    let full = "config: {protocols: [full]}\nruntimeConfig:\n  memory: {maxPages: 64, maxHttpResponseBytes: 10, maxVarBytes: \
                -1}\n  config: {answer: '{\"data\": \"YTogMQo=\"}', b: c}\n  allowedHosts: [example.com, '*.example.org']\n  \
                fileSystem: {createTempDir: true}\n  timeout: 60000\n  hostFunctions: []\n  entryFuncName: helm_plugin_main\n";
    plugin(&sides.env, "full", ("answer", "getter"), full);
    let bare = format!("config: {{protocols: [bare]}}\n{}", answer("{}"));
    plugin(&sides.env, "bare", ("answer", "getter"), &bare);
    sides
        .env
        .write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    sides.env.write("web/templates/a.yaml", "a: {{ .Values.a }}\n");
    for name in ["full", "bare"] {
        let mut statements = Vec::new();
        for side in [0, 1] {
            let line = format!(
                "plugin package source/{name} --keyring secret --key Rosa --passphrase-file passphrase -d by-{side}"
            );
            sides.run(side, &line, &[]).ok();
            let archive = format!("by-{side}/{name}-0.1.0.tgz");
            let provenance = sides.env.path().join(format!("{archive}.prov"));
            let provenance = std::fs::read_to_string(provenance).expect("a provenance");
            statements.push(provenance.split("\n...\n").next().unwrap_or_default().to_owned());
            sides
                .same(&format!("plugin verify {archive} --keyring public"))
                .ok();
            sides
                .same(&format!("plugin install {archive} --keyring public"))
                .ok();
            assert!(sides.same("plugin list").ok().contains("signed"));
            assert!(sides.same_files().contains(&format!("{name}/plugin.wasm")));
            sides.same(&format!("template web -f {name}://x")).ok();
            sides.same(&format!("plugin uninstall {name}")).ok();
        }
        assert_eq!(statements[0], statements[1]);
    }
}
