//! Plugins that are commands.

use super::Sides;

const COMMAND: &str = "command: $HELM_PLUGIN_DIR/run.sh first\n";

#[test]
fn a_folder_is_linked_called_and_forgotten() {
    let Some(sides) = Sides::new() else { return };
    let hooks = "hooks: {install: 'echo in $HELM_PLUGIN_NAME', delete: 'echo out'}\n";
    let script = "echo \"$@\"; env | grep ^HELM_ | sort; cat; echo more >&2; exit ${CODE:-0}";
    sides.plugin("hello", &format!("{COMMAND}{hooks}"), script);
    assert!(
        sides
            .same("plugin install ./source/hello")
            .ok()
            .contains("in hello")
    );
    sides.same("plugin install ./source/hello").failed();
    sides.same("plugin list").ok();
    assert_eq!(sides.same_files(), ["hello"]);
    let said = sides
        .same("hello a -n x --set c=d --kube-context=k -- -n --namespace y")
        .ok();
    assert!(said.starts_with("first a --set c=d -- y\n"), "{said}");
    sides.same("-n before hello a").ok();
    sides.same("hello --help -v --version").ok();
    let failed = sides.same_with("hello", &[("CODE", "3")]);
    assert_eq!(failed.code, 3);
    sides.same_with("hello", &[("HELM_NO_PLUGINS", "1")]).failed();
    sides
        .same_with("hello a", &[("HELM_DEBUG", "0"), ("HELM_NAMESPACE", "n")])
        .ok();
    sides.same("plugin uninstall hello nothing").failed();
    sides.same("plugin list").ok();
    sides.same("hello").failed();
    for line in [
        "plugin uninstall",
        "plugin update",
        "plugin update hello",
        "plugin install",
        "plugin install a b",
    ] {
        sides.same(line).failed();
    }
}

#[test]
fn the_new_form_has_a_usage_platforms_and_hooks() {
    let Some(sides) = Sides::new() else { return };
    let text = "apiVersion: v1\nname: new\nversion: 1.2.3\ntype: cli/v1\nruntime: subprocess\nsourceURL: \
                https://example.com/new\nconfig: {usage: 'other [flags]', shortHelp: short, longHelp: long, ignoreFlags: \
                IGNORE}\nruntimeConfig:\n  platformCommand:\n  - {os: windows, command: no}\n  - {os: linux, command: \
                '${HELM_PLUGIN_DIR}/run.sh a', args: ['$HELM_PLUGIN_NAME', '$NOTHING', '$$']}\n  platformHooks:\n    \
                install: [{command: echo, args: ['from $HELM_PLUGIN_NAME']}]\n";
    for (name, ignore) in [("new", "false"), ("quiet", "true")] {
        let text = text
            .replace("IGNORE", ignore)
            .replace("name: new", &format!("name: {name}"));
        let text = text.replace("'other ", &format!("'{name}-er "));
        sides.env.write(&format!("source/{name}/plugin.yaml"), &text);
        sides.script(&format!("source/{name}/run.sh"), "echo \"$@\"");
        sides.same(&format!("plugin install source/{name}")).ok();
        sides.same(&format!("{name}-er x --debug-not y")).ok();
        sides.same(&format!("{name} x")).failed();
    }
    sides.same("plugin list").ok();
    sides.same("plugin list --type getter/v1").ok();
    sides.same("plugin list --type cli/v1").ok();
}

#[test]
fn broken_ones_are_named_and_passed_over() {
    let Some(sides) = Sides::new() else { return };
    sides.plugin("good", COMMAND, "echo good");
    sides.plugin("mute", "", "");
    sides.plugin("gone", "command: ./not-there\n", "");
    sides.plugin("nowhere", "command: no-such-program-at-all\n", "");
    for name in ["good", "mute", "gone", "nowhere"] {
        sides.same(&format!("plugin install source/{name}")).ok();
    }
    sides.same("mute").failed();
    sides.same("gone").failed();
    sides.same("nowhere").failed();
    sides.same("plugin install source").failed();
    sides.same("plugin install source/good/plugin.yaml").failed();
    for (name, text) in [
        ("bad-name", "name: a b\n"),
        ("bad-version", "name: c\nversion: one\n"),
        ("bad-api", "apiVersion: v7\nname: d\n"),
        ("no-yaml", "a: [\n"),
        ("empty", ""),
        (
            "unknown-field",
            "apiVersion: v1\nname: e\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\nmore: 1\n",
        ),
        ("both", "name: f\ncommand: a\nplatformCommand: [{command: b}]\n"),
    ] {
        sides.env.write(&format!("source/{name}/plugin.yaml"), text);
        sides.same(&format!("plugin install source/{name}")).failed();
        if name == "both" {
            break;
        }
        // Helm reads all plugins at every start, and would warn of this one from now on.
        for data in ["data-a", "data-b"] {
            let link = sides.env.path().join(data).join("plugins").join(name);
            std::fs::remove_file(link).expect("a link");
        }
    }
    let listed = sides.run(1, "plugin list", &[]);
    assert_eq!(listed.stdout, sides.run(0, "plugin list", &[]).stdout);
    assert!(
        listed.stderr.contains("failed to load plugin (ignoring)"),
        "{listed:?}"
    );
    assert_eq!(sides.run(1, "version --short", &[]).stderr, "");
}

#[test]
fn a_color_of_its_own_is_the_plugins() {
    let Some(sides) = Sides::new() else { return };
    sides.plugin("hello", COMMAND, "echo \"$@\"");
    sides.same("plugin install source/hello").ok();
    for line in [
        "hello --color",
        "hello --color=never a",
        "hello -- --color=no",
        "hello --color=no --colour=always",
    ] {
        sides.same(line).ok();
    }
    // As helm-diff has it. Helm takes the next word for a mode.
    let line = "hello --color upgrade";
    let refused = sides.run(0, line, &[]).failed();
    assert!(
        refused.contains("invalid color mode \\\"upgrade\\\""),
        "{refused}"
    );
    assert_eq!(sides.run(1, line, &[]).ok(), "first --color upgrade\n");
    for line in ["list --color=no", "--colour no version", "version --color="] {
        sides.same(line).failed();
    }
}
