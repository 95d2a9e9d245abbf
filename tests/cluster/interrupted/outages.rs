//! Outages of the control plane itself, on one of its own: other tests must not notice.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{end, is_soak, running, write_charts};
use crate::support::{ControlPlane, TestEnv};

/// Sends a signal to a server of a control plane.
fn signal(kubeconfig: &Path, server: &str, signal: Signal) {
    let text = std::fs::read_to_string(kubeconfig.with_file_name("pids.json")).expect("pids.json");
    let pids: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let pid = pids[server].as_i64().and_then(|pid| i32::try_from(pid).ok());
    kill(Pid::from_raw(pid.expect("the server runs")), signal).expect("the server runs");
}

#[test]
fn a_control_plane_that_is_away_ends_nothing() {
    if !is_soak() {
        return;
    }
    let Ok(control_plane) = ControlPlane::start_own() else {
        return;
    };
    let env = TestEnv::on(control_plane.kubeconfig());
    let kubeconfig = control_plane.kubeconfig().to_owned();
    write_charts(&env);
    env.namespace("outage");
    let slow = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: slow-{{ .Values.round }}\n  annotations: \
                {coxswain.test/behaviour: slow, coxswain.test/delay: 4s}\nspec: {containers: [{name: a, image: a}]}\n";
    for version in ["one", "two"] {
        env.write(&format!("{version}/templates/pod.yaml"), slow);
    }
    let flags = "--namespace outage --wait --timeout 60s";
    let child = env.start(&kubeconfig, &format!("install web ./one {flags} --set round=1"));
    std::thread::sleep(Duration::from_millis(1500));
    signal(&kubeconfig, "kube-apiserver", Signal::SIGKILL);
    let outcome = end(child);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(env.state("outage", "web"), running("one"));

    let child = env.start(&kubeconfig, &format!("upgrade web ./two {flags} --set round=2"));
    std::thread::sleep(Duration::from_millis(1000));
    signal(&kubeconfig, "etcd", Signal::SIGSTOP);
    std::thread::sleep(Duration::from_secs(10));
    signal(&kubeconfig, "etcd", Signal::SIGCONT);
    let outcome = end(child);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(env.state("outage", "web"), running("two"));
}
