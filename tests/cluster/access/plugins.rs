//! Programs for credentials that hang, and credentials that run out while something is waited for.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{credentials, kubeconfig, write_chart};
use crate::support::patience::{LONG, until};
use crate::support::{Outcome, TestEnv, words};

/// A kubeconfig whose user is known by a script.
fn write_plugin(env: &TestEnv, script: &str) {
    let [server, authority, _] = credentials(env);
    env.write("plugin.sh", script);
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [plugin.sh], interactiveMode: \
                Never}}";
    let cluster = format!("{{server: \"{server}\", certificate-authority-data: {authority}}}");
    env.write("plugin.yaml", &kubeconfig(&cluster, exec));
}

#[test]
fn a_plugin_that_hangs_can_be_left() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env);
    write_plugin(&env, "echo $$ > pid\nexec sleep 600\n");
    let cases = [
        ("list", Signal::SIGTERM),
        ("install web ./one", Signal::SIGINT),
        ("uninstall web", Signal::SIGTERM),
    ];
    for (line, signal) in cases {
        let _ = std::fs::remove_file(env.path().join("pid"));
        let mut command = env.command(Path::new(env!("CARGO_BIN_EXE_cox")));
        command
            .args(words(line))
            .args(["--kubeconfig", "plugin.yaml", "--namespace", "default"]);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let plugin = until("the plugin is asked", || {
            let pid = std::fs::read_to_string(env.path().join("pid")).ok()?;
            Some(Pid::from_raw(pid.trim().parse().ok()?))
        });
        let begin = Instant::now();
        let own = i32::try_from(child.id()).expect("a process id");
        kill(Pid::from_raw(own), signal).expect("the program runs");
        if line == "list" {
            // What only reads has nothing to put in order: the signal ends it, and the plugin has the rest of its life.
            std::thread::sleep(Duration::from_millis(200));
            let _ = kill(plugin, Signal::SIGKILL);
        }
        let outcome: Outcome = child.wait_with_output().expect("it ends").into();
        assert!(begin.elapsed() < LONG, "{line}: {outcome:?}");
        match line {
            "list" => assert_eq!(outcome.code, -1, "{outcome:?}"),
            _ => {
                let expected = if signal == Signal::SIGINT { 130 } else { 143 };
                assert_eq!(outcome.code, expected, "{outcome:?}");
                assert!(
                    outcome.stderr.contains(&format!("interrupted by {signal}")),
                    "{outcome:?}"
                );
                // What is dead and not yet buried has no command line.
                let line = std::fs::read(format!("/proc/{plugin}/cmdline")).unwrap_or_default();
                assert!(line.is_empty(), "the plugin ends with the program");
            }
        }
        let _ = kill(plugin, Signal::SIGKILL);
    }
}

#[test]
fn credentials_are_made_anew_when_they_run_out() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let [.., token] = credentials(&env);
    let script = format!(
        "echo x >> runs\nuntil=$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)\necho \"{{\\\"apiVersion\\\": \
         \\\"client.authentication.k8s.io/v1\\\", \\\"kind\\\": \\\"ExecCredential\\\", \\\"status\\\": {{\\\"token\\\": \
         \\\"{token}\\\", \\\"expirationTimestamp\\\": \\\"$until\\\"}}}}\"\n"
    );
    write_plugin(&env, &script);
    env.write("slow/Chart.yaml", "apiVersion: v2\nname: slow\nversion: 1.0.0\n");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {coxswain.test/behaviour: never-ready}}\nspec: \
               {containers: [{name: c, image: nginx}]}\n";
    env.write("slow/templates/pod.yaml", pod);
    let at = "--kubeconfig plugin.yaml --namespace runs-out";
    let begin = Instant::now();
    let error = env
        .cox(&format!(
            "install web ./slow {at} --create-namespace --wait --timeout 6s"
        ))
        .failed();
    assert!(error.contains("context deadline exceeded"), "{error}");
    let runs = std::fs::read_to_string(env.path().join("runs")).expect("the plugin ran");
    let most = begin.elapsed().as_secs_f64() / 3.0 + 2.0;
    let runs = runs.lines().count() as f64;
    assert!((2.0..=most).contains(&runs), "{runs} times, {most} at most");
    env.cox(&format!("uninstall web {at}")).ok();
}
