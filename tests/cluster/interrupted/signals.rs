//! Ctrl-C and SIGTERM: the record says so, the lease is gone, the next command works.

use std::process::Child;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{end, write_charts};
use crate::support::patience::until_so;
use crate::support::{Outcome, TestEnv};

/// A chart whose pod never gets ready.
fn write_stuck(env: &TestEnv) {
    write_charts(env);
    for version in ["one", "two"] {
        env.write(
            &format!("{version}/templates/pod.yaml"),
            "{{ if .Values.stuck }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-pod\n  \
             annotations: {coxswain.test/behaviour: never-ready}\nspec: {containers: [{name: a, image: a}]}\n{{ end \
             }}\n",
        );
    }
}

fn send(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id()).expect("a process id");
    kill(Pid::from_raw(pid), signal).expect("the program runs");
}

/// Starts a command, waits until its record is pending, and sends a signal, twice as `timeout` does.
fn interrupt(env: &TestEnv, namespace: &str, line: &str, signal: Signal) -> Outcome {
    let kubeconfig = env.kubeconfig().expect("a kubeconfig").to_owned();
    let child = env.start(&kubeconfig, line);
    until_so("the record is pending, and an object is there", || {
        let state = env.state(namespace, "web");
        state.unfinished != 0 && !state.objects.is_empty()
    });
    send(&child, signal);
    std::thread::sleep(Duration::from_millis(20));
    send(&child, signal);
    end(child)
}

#[test]
fn a_signal_ends_an_action_cleanly() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_stuck(&env);
    env.namespace("signals");
    let flags = "--namespace signals --wait";
    let line = format!("install web ./one {flags} --set stuck=true");
    let outcome = interrupt(&env, "signals", &line, Signal::SIGINT);
    assert_eq!(outcome.code, 130, "{outcome:?}");
    assert!(
        outcome.stdout.contains("Release web has been cancelled."),
        "{outcome:?}"
    );
    assert!(outcome.stderr.contains("interrupted by SIGINT"), "{outcome:?}");
    let state = env.state("signals", "web");
    assert!(!state.has_lease && state.unfinished == 0, "{state:?}");
    env.helm(&format!("upgrade web ./one {flags} --set stuck=null"))
        .ok();

    let line = format!("upgrade web ./two {flags} --set stuck=true");
    let outcome = interrupt(&env, "signals", &line, Signal::SIGTERM);
    assert_eq!(outcome.code, 143, "{outcome:?}");
    let history = env.helm("history web --namespace signals -o json").ok();
    assert!(history.contains("interrupted by SIGTERM"), "{history}");

    let line = format!("upgrade web ./two {flags} --set stuck=true --rollback-on-failure");
    let outcome = interrupt(&env, "signals", &line, Signal::SIGINT);
    assert_eq!(outcome.code, 130, "{outcome:?}");
    assert!(outcome.stderr.contains("has been rolled back"), "{outcome:?}");
    assert_eq!(env.state("signals", "web"), super::running("one"));
    env.cox("uninstall web --namespace signals").ok();
}
