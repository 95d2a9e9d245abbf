//! Modules that hang, take all there is, reach for what is not theirs, or are none.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::super::Sides;
use super::super::hostile::is_among;
use super::{answer, install, plugin, plugin_in};
use crate::support::patience::{LONG, until_so};
use crate::support::web::Web;
use crate::support::{Invocation, Outcome, TestEnv, words};

fn chart(env: &TestEnv) {
    env.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    env.write(
        "web/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    );
}

/// Calls a command of ours, with a module and a `runtimeConfig`, and returns the error that it ends with.
#[track_caller]
fn refused(module: &str, runtime: &str) -> String {
    let env = TestEnv::offline();
    let rest = format!("runtimeConfig: {{{runtime}}}\n");
    plugin_in(&env, "plugins", "tool", (module, "cli"), &rest);
    let begin = Instant::now();
    let error = called(&env, "tool");
    assert!(begin.elapsed() < LONG, "{module}: {:?}", begin.elapsed());
    error
}

#[track_caller]
fn called(env: &TestEnv, line: &str) -> String {
    let outcome: Outcome = cox(env, line).output().expect("the program starts").into();
    assert_eq!(outcome.stdout, "");
    let error = outcome.failed();
    assert!(error.contains("plugin \"tool\""), "{error}");
    error
}

fn cox(env: &TestEnv, line: &str) -> Invocation {
    let mut command = env.command(Path::new(env!("CARGO_BIN_EXE_cox")));
    command
        .env("HELM_PLUGINS", env.path().join("plugins"))
        .env("TMPDIR", env.path())
        .args(words(line));
    command
}

#[test]
fn time_and_memory_have_limits() {
    let late = "plugin error: it takes longer than its timeout of 500 ms\n";
    for (module, runtime, expected) in [
        ("loop", "timeout: 500", late),
        ("start", "timeout: 500", late),
        ("sleep", "timeout: 500", late),
        (
            "bomb",
            "memory: {maxPages: 160}",
            "plugin error: 000160 pages, 000009 blocks\n",
        ),
        (
            "bomb",
            "memory: {maxPages: 4}",
            "memory minimum size of 16 pages exceeds memory limits\n",
        ),
        ("recurse", "", "plugin error: wasm trap: call stack exhausted\n"),
        (
            "variables",
            "memory: {maxVarBytes: 40}",
            "plugin error: Variable store is full\n",
        ),
        (
            "variables",
            "memory: {maxVarBytes: 0}",
            "plugin error: Vars are disabled by this host\n",
        ),
    ] {
        let error = refused(module, runtime);
        assert!(error.ends_with(expected), "{module}: {error}");
    }
}

#[test]
fn nothing_outside_of_the_sandbox_is_there() {
    for (name, runtime, expected) in [
        ("/etc/hostname", "", "closed"),
        ("etc/hostname", "", "closed"),
        ("../../../../../../etc/hostname", "", "closed"),
        ("tmp/inside", "", "closed"),
        ("/etc/hostname", "fileSystem: {createTempDir: true}, ", "closed"),
        (
            "../../../../../../etc/hostname",
            "fileSystem: {createTempDir: true}, ",
            "closed",
        ),
        ("inside", "fileSystem: {createTempDir: true}, ", "written"),
    ] {
        let env = TestEnv::offline();
        let rest = format!("runtimeConfig: {{{runtime}config: {{name: '{name}'}}}}\n");
        plugin_in(&env, "plugins", "tool", ("file", "cli"), &rest);
        let error = called(&env, "tool");
        assert!(
            error.ends_with(&format!("plugin error: {expected}\n")),
            "{name}: {error}"
        );
        let left = std::fs::read_dir(env.path()).expect("a folder").flatten();
        let left: Vec<_> = left
            .map(|entry| entry.file_name())
            .filter(|name| name != "plugins")
            .collect();
        assert!(
            !left
                .iter()
                .any(|name| name.to_string_lossy().starts_with("helm-plugin-")),
            "{left:?}"
        );
    }
}

#[test]
fn only_hosts_that_are_allowed_are_asked() {
    let Some(sides) = Sides::new() else { return };
    sides.env.write("site/x", "hello");
    let web = Web::serve(&sides.env.path().join("site"));
    let request = format!("config: {{request: '{{\"url\": \"{}/x\"}}'}}", web.url());
    for (hosts, is_allowed) in [
        ("[]", false),
        ("[localhost.example, 'x*']", false),
        ("[127.0.0.1]", true),
        ("['127.*']", true),
        ("['{a,127}.0.0.[0-9]']", true),
    ] {
        let rest = format!(
            "runtimeConfig: {{allowedHosts: {hosts}, memory: {{maxHttpResponseBytes: 100}}, {request}}}\n"
        );
        plugin(&sides.env, "tool", ("request", "cli"), &rest);
        sides.run(0, "plugin install source/tool", &[]);
        sides.run(1, "plugin install source/tool", &[]);
        for side in [0, 1] {
            let said = sides.run(side, "tool", &[]).failed();
            let refused = said.contains("/x' is not allowed");
            assert_eq!(
                (said.contains("plugin error: hello\n"), refused),
                (is_allowed, !is_allowed),
                "{hosts}: {said}"
            );
        }
    }
    let rest =
        format!("runtimeConfig: {{allowedHosts: ['*'], memory: {{maxHttpResponseBytes: 4}}, {request}}}\n");
    plugin(&sides.env, "tool", ("request", "cli"), &rest);
    assert!(sides.run(0, "tool", &[]).failed().contains("body too large"));
    let said = sides.run(1, "tool", &[]).failed();
    assert!(said.contains("the answer is larger than 4 bytes"), "{said}");
    // What Helm documents is 4 KiB; what it does is none.
    let rest = format!("runtimeConfig: {{allowedHosts: ['*'], {request}}}\n");
    plugin(&sides.env, "tool", ("request", "cli"), &rest);
    assert!(sides.run(0, "tool", &[]).failed().contains("body too large"));
    assert!(
        sides
            .run(1, "tool", &[])
            .failed()
            .contains("plugin error: hello\n")
    );
}

#[test]
fn what_is_no_plugin_is_an_error() {
    let Some(sides) = Sides::new() else { return };
    let entry = |name: &str| format!("runtimeConfig: {{entryFuncName: {name}}}\n");
    let wants = "runtimeConfig: {hostFunctions: [secrets]}\n";
    plugin(&sides.env, "entry", ("echo", "cli"), &entry("other"));
    plugin(&sides.env, "wants", ("echo", "cli"), wants);
    plugin(&sides.env, "begins", ("library", "cli"), &entry("other_main"));
    plugin(&sides.env, "exit", ("exit", "cli"), "");
    broken(&sides.env, "garbage", &[7; 5_000]);
    install(&sides, &["entry", "wants", "begins", "exit", "garbage"]);
    for (line, expected) in [
        ("entry", "plugin error: unknown function: other\n"),
        ("wants", "plugin requested host function \"secrets\" not found\n"),
        ("begins", "plugin error: begun    \n"),
        ("exit 3", "plugin error: module closed with exit_code(3)\n"),
        (
            "garbage",
            "failed to create existing plugin: invalid magic number\n",
        ),
    ] {
        let name = line.split(' ').next().unwrap_or_default();
        assert_eq!(sides.run(0, line, &[]).failed(), format!("Error: {expected}"));
        let said = sides.run(1, line, &[]).failed();
        assert_eq!(
            said,
            format!("Error: plugin \"{name}\" failed to invoke: {expected}")
        );
    }
}

#[test]
fn engines_have_words_of_their_own() {
    let Some(sides) = Sides::new() else { return };
    plugin(&sides.env, "trap", ("trap", "cli"), "");
    let module = super::bytes("echo");
    broken(&sides.env, "half", &module[..module.len() / 2]);
    broken(&sides.env, "head", b"\0asm");
    install(&sides, &["trap", "half", "head"]);
    for (name, expected) in [
        ("trap", "plugin error: "),
        ("half", "failed to create existing plugin: "),
        ("head", "failed to create existing plugin: "),
    ] {
        let words = format!("Error: {expected}");
        assert!(sides.run(0, name, &[]).failed().starts_with(&words));
        let said = sides.run(1, name, &[]).failed();
        let words = format!("Error: plugin \"{name}\" failed to invoke: {expected}");
        assert!(said.starts_with(&words), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

/// Writes a plugin with these bytes for a module.
fn broken(env: &TestEnv, name: &str, bytes: &[u8]) {
    plugin(env, name, ("echo", "cli"), "");
    std::fs::write(env.path().join(format!("source/{name}/plugin.wasm")), bytes).expect("a file");
}

#[test]
fn what_is_no_answer_is_an_error() {
    let Some(sides) = Sides::new() else { return };
    chart(&sides.env);
    let mut names = Vec::new();
    let answers = ["", "nope", "[]", "{\"data\": 7, \"manifests\": 7}", "{} {}"];
    for (number, text) in answers.iter().enumerate() {
        let name = format!("g{number}");
        let rest = format!("config: {{protocols: [{name}]}}\n{}", answer(text));
        plugin(&sides.env, &name, ("answer", "getter"), &rest);
        names.push(name);
        let name = format!("p{number}");
        plugin(&sides.env, &name, ("answer", "postrenderer"), &answer(text));
        names.push(name);
        let name = format!("c{number}");
        plugin(&sides.env, &name, ("answer", "cli"), &answer(text));
        names.push(name);
    }
    install(&sides, &names.iter().map(String::as_str).collect::<Vec<_>>());
    for name in &names {
        let line = match name.as_bytes()[0] {
            b'g' => format!("template web -f {name}://x"),
            b'p' => format!("template web --post-renderer {name}"),
            // Helm does not look at what commands answer but that it is an object.
            _ if name == "c3" => continue,
            _ => name.clone(),
        };
        sides.run(0, &line, &[]).failed();
        let said = sides.run(1, &line, &[]).failed();
        assert!(said.contains(&format!("plugin \"{name}\"")), "{said}");
        assert!(
            said.contains("failed to read what the plugin answers: "),
            "{said}"
        );
    }
}

#[test]
fn one_that_never_ends_ends_with_ctrl_c() {
    for line in [
        "tool",
        "template web -f tool://x",
        "template web --post-renderer tool",
    ] {
        let env = TestEnv::offline();
        chart(&env);
        let (kind, rest) = match line {
            "tool" => ("cli", ""),
            _ if line.contains("-f") => ("getter", "config: {protocols: [tool]}\n"),
            _ => ("postrenderer", ""),
        };
        plugin_in(&env, "plugins", "tool", ("loop", kind), rest);
        let mut command = cox(&env, line);
        command.in_own_group().stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        std::thread::sleep(Duration::from_secs(1));
        assert!(
            child.try_wait().expect("it is ours").is_none(),
            "{line}: it waits"
        );
        let own = i32::try_from(child.id()).expect("a process id");
        kill(Pid::from_raw(own), Signal::SIGTERM).expect("it runs");
        let begin = Instant::now();
        child.wait().expect("it ends");
        assert!(begin.elapsed() < LONG, "{line}");
    }
}

/// A module that compilers need long for: one function of a million instructions.
fn huge() -> Vec<u8> {
    let step = "(local.set 0 (i32.add (local.get 1) (i32.load (local.get 0))))\n";
    let body = step.repeat(300_000);
    let text = format!(
        "(module (memory 1) (func (export \"helm_plugin_main\") (result i32) (local i32 i32) {body} (i32.const 0)))"
    );
    wat::parse_str(text).expect("a module")
}

#[test]
fn an_action_that_is_told_to_stop_stops_the_plugin() {
    let Some(env) = TestEnv::on_cluster() else { return };
    chart(&env);
    for module in ["loop", "sleep", "huge"] {
        plugin_in(&env, "plugins", "tool", ("loop", "postrenderer"), "");
        let path = env.path().join("plugins/tool/plugin.wasm");
        let bytes = if module == "huge" {
            huge()
        } else {
            super::bytes(module)
        };
        std::fs::write(path, bytes).expect("a file");
        let mut command = cox(&env, "install wasm ./web --post-renderer tool -n default");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("the program starts");
        let own = Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
        until_so("it listens to signals", || {
            is_among("SigCgt:", own, Signal::SIGTERM)
        });
        std::thread::sleep(Duration::from_secs(2));
        kill(own, Signal::SIGTERM).expect("it runs");
        let begin = Instant::now();
        let outcome: Outcome = child.wait_with_output().expect("it ends").into();
        assert!(begin.elapsed() < LONG, "{outcome:?}");
        assert_eq!(outcome.code, 143, "{outcome:?}");
        env.cox("status wasm -n default").failed();
    }
}
