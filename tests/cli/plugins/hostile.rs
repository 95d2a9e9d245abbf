//! Plugins that hang, crash, write without end, or name what is not theirs.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Sides;
use crate::cli::post_render;
use crate::support::patience::{LONG, until, until_so};
use crate::support::{Invocation, Outcome, TestEnv, words};

/// Tells who it is and does nothing for a long time.
const HANGS: &str = "echo $$ > \"$HOME/pid\"; exec sleep 600";

/// A chart, and a plugin of each kind: a command, a getter, a post-renderer.
fn prepare(env: &TestEnv, script: &str) {
    env.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    env.write("web/templates/a.yaml", map);
    post_render::plugin(env, "render", script);
    let text = "name: tool\nversion: 0.1.0\ncommand: ../render/run.sh\n";
    let text = text.replace(
        "../render",
        &env.path().join("plugins/render").display().to_string(),
    );
    env.write("plugins/tool/plugin.yaml", &text);
    let text = "name: get\nversion: 0.1.0\ncommand: x\ndownloaders: [{command: ../render/run.sh, protocols: [test]}]\n";
    env.write("plugins/get/plugin.yaml", text);
}

/// What has each kind of plugin run.
const LINES: [&str; 3] = [
    "tool",
    "template web -f test://x",
    "template web --post-renderer render",
];

fn cox(env: &TestEnv, line: &str) -> Invocation {
    let mut command = env.command(Path::new(env!("CARGO_BIN_EXE_cox")));
    command
        .env("HELM_PLUGINS", env.path().join("plugins"))
        .args(words(line));
    command
}

/// Waits until a plugin that hangs has said who it is.
fn started(env: &TestEnv) -> Pid {
    until("the plugin starts", || {
        let pid = std::fs::read_to_string(env.path().join("pid")).ok()?;
        Some(Pid::from_raw(pid.trim().parse().ok()?))
    })
}

/// Whether a process still does something. What is dead and not yet buried has no command line.
fn lives(process: Pid) -> bool {
    !std::fs::read(format!("/proc/{process}/cmdline"))
        .unwrap_or_default()
        .is_empty()
}

fn is_gone(process: Pid) {
    until_so("the plugin ends", || !lives(process));
}

/// The signal of Ctrl-C; where whoever runs the tests has it ignored, which all children inherit, the one that is next.
fn ctrl_c() -> Signal {
    if is_among("SigIgn:", Pid::this(), Signal::SIGINT) {
        Signal::SIGTERM
    } else {
        Signal::SIGINT
    }
}

/// Says whether a signal is in one of the sets that a process has: `SigIgn:` those that it ignores, `SigCgt:` those that it
/// does something of its own for.
pub(super) fn is_among(set: &str, process: Pid, signal: Signal) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let found = status.lines().find_map(|line| line.strip_prefix(set));
    let found = u64::from_str_radix(found.unwrap_or_default().trim(), 16).unwrap_or(0);
    found >> (signal as i32 - 1) & 1 == 1
}

#[test]
fn one_that_hangs_ends_with_ctrl_c() {
    for line in LINES {
        let env = TestEnv::offline();
        prepare(&env, HANGS);
        let mut command = cox(&env, line);
        command.in_own_group().stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let plugin = started(&env);
        let group = i32::try_from(child.id()).expect("a process id");
        kill(Pid::from_raw(-group), ctrl_c()).expect("they run");
        let begin = Instant::now();
        child.wait().expect("it ends");
        assert!(begin.elapsed() < LONG, "{line}");
        is_gone(plugin);
    }
}

#[test]
fn an_action_that_is_told_to_stop_ends_the_plugin() {
    let Some(env) = TestEnv::on_cluster() else { return };
    prepare(&env, HANGS);
    let mut command = cox(&env, "install web ./web --post-renderer render -n default");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let plugin = started(&env);
    let own = i32::try_from(child.id()).expect("a process id");
    // Nobody tells the plugin but we.
    kill(Pid::from_raw(own), Signal::SIGTERM).expect("it runs");
    let begin = Instant::now();
    let outcome: Outcome = child.wait_with_output().expect("it ends").into();
    assert!(begin.elapsed() < LONG, "{outcome:?}");
    assert_eq!(outcome.code, 143, "{outcome:?}");
    is_gone(plugin);
    env.cox("status web -n default").failed();
}

#[test]
fn one_that_takes_long_is_named() {
    let env = TestEnv::offline();
    prepare(&env, "sleep 6; cat");
    env.write("values.yaml", "a: 1\n");
    for (line, whom) in [
        ("template web --post-renderer render", "plugin \"render\""),
        (
            "template web --post-renderer ./plugins/render/run.sh",
            "./plugins/render/run.sh",
        ),
        ("template web -f test://x", "plugin \"get\""),
    ] {
        let outcome: Outcome = cox(&env, line).output().expect("it starts").into();
        let notice = format!("waiting for {whom}; Ctrl-C ends it\n");
        assert_eq!(outcome.stderr.matches(&notice).count(), 1, "{outcome:?}");
        outcome.ok();
    }
    let helm = super::super::create::called_helm(&env);
    let mut command = env.command(&helm);
    command
        .env("HELM_PLUGINS", env.path().join("plugins"))
        .args(words(LINES[2]));
    let outcome: Outcome = command.output().expect("it starts").into();
    assert_eq!(outcome.stderr, "");
    outcome.ok();
}

#[test]
fn one_that_crashes_is_an_error() {
    let Some(sides) = Sides::new() else { return };
    prepare(&sides.env, "kill -SEGV $$");
    let plugins = sides.env.path().join("plugins").display().to_string();
    let variables = [("HELM_PLUGINS", plugins.as_str())];
    let command = sides.same_with("tool", &variables);
    assert_ne!(command.code, 0);
    sides.same_with(LINES[2], &variables).failed();
    let [helm, ours] = [0, 1].map(|side| sides.run(side, LINES[1], &variables).failed());
    // Helm shows the plugin as Go's memory has it.
    let cause = "failed to invoke: plugin \"get\" exited with error\n";
    assert!(
        helm.starts_with("Error: plugin &{{") && helm.ends_with(cause),
        "{helm}"
    );
    assert_eq!(ours, format!("Error: plugin \"get\" {cause}"));
}

#[test]
fn one_that_writes_a_gigabyte_takes_no_memory_of_ours() {
    let env = TestEnv::offline();
    prepare(
        &env,
        "head -c 1073741824 /dev/zero; grep VmHWM /proc/$PPID/status >&2",
    );
    let mut command = cox(&env, "tool");
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let outcome: Outcome = child.wait_with_output().expect("it ends").into();
    let most: u64 = outcome
        .stderr
        .split_whitespace()
        .nth(1)
        .expect("a size")
        .parse()
        .expect("a number");
    assert!(most < 100_000, "{most} kB");
    prepare(&env, "exec yes");
    let failed: Outcome = cox(&env, LINES[2]).output().expect("it starts").into();
    assert!(failed.failed().contains("it writes more than 1 GiB"));
}

#[test]
fn names_that_lead_elsewhere_are_helms() {
    let Some(sides) = Sides::new() else { return };
    let env = &sides.env;
    prepare(env, "echo \"a: here\"");
    env.write("out/run.sh", "");
    sides.script("out/run.sh", "echo \"$0 $1\" >&2; echo 'a: out'");
    for (name, text) in [
        ("up", "command: ../out/run.sh\n"),
        (
            "dots",
            "platformCommand: [{command: ./out/../out/run.sh, args: [x]}]\n",
        ),
        (
            "far",
            "platformCommand: [{command: ../../../../../../../../bin/echo, args: [x]}]\n",
        ),
        ("nowhere", "command: ../../nowhere\n"),
        (
            "fetch",
            "command: x\ndownloaders: [{command: ../../out/run.sh, protocols: [two]}, {command: /../out/run.sh, \
                   protocols: [abs]}, {command: ../../../nowhere, protocols: [no]}]\n",
        ),
    ] {
        env.write(
            &format!("plugins/{name}/plugin.yaml"),
            &format!("name: {name}\nversion: 0.1.0\n{text}"),
        );
    }
    let plugins = env.path().join("plugins").display().to_string();
    let variables = [("HELM_PLUGINS", plugins.as_str())];
    for line in [
        "up a",
        "dots",
        "far",
        "nowhere",
        "template web -f two://x",
        "template web -f abs://x",
    ] {
        // What a plugin's author wrote is run, wherever it is: he could write it into a script as well.
        let [helm, ours] = [0, 1].map(|side| sides.run(side, line, &variables));
        let last = |outcome: &Outcome| {
            let said = outcome
                .stderr
                .rsplit("failed to invoke: ")
                .next()
                .unwrap_or_default();
            (outcome.code, outcome.stdout.clone(), said.to_owned())
        };
        assert_eq!(last(&ours), last(&helm), "{line}");
    }
}

#[test]
fn names_that_are_paths_are_refused() {
    let Some(sides) = Sides::new() else { return };
    let env = &sides.env;
    for (number, name) in ["../x", "..", "a/b", "/abs", ".", "ü", ""].iter().enumerate() {
        let folder = format!("bad/{number}");
        env.write(
            &format!("{folder}/plugin.yaml"),
            &format!("name: \"{name}\"\nversion: 0.1.0\ncommand: x\n"),
        );
        sides.same(&format!("plugin install {folder}")).failed();
        for data in ["data-a", "data-b"] {
            let link = env.path().join(data).join("plugins").join(number.to_string());
            let _ = std::fs::remove_file(link);
        }
    }
    assert!(sides.same_files().is_empty());
}
