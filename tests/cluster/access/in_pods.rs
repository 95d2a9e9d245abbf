//! The service account of a pod. A pod is a mount namespace of our own with the files that pods have.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{credentials, kubeconfig, port, programs, write_chart};
use crate::support::{Outcome, TestEnv, skip};

/// Puts the files of `pod/` where pods have them, and runs a program there.
const SCRIPT: &str = "mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io/serviceaccount && cp pod/* \
                      /run/secrets/kubernetes.io/serviceaccount/ && exec \"$@\"";

/// Variables and arguments.
type Step<'a> = (&'a [(&'a str, &'a str)], &'a str);

/// Runs a program in a pod.
fn in_pod(env: &TestEnv, program: &Path, variables: &[(&str, &str)], line: &str) -> Outcome {
    let mut command = env.command(Path::new("unshare"));
    command.args(["-rm", "sh", "-c", SCRIPT, "sh"]).arg(program);
    command.args(crate::support::words(line));
    command.envs(variables.iter().copied());
    command.output().expect("unshare is there").into()
}

/// Whether this machine lets us make mount namespaces, and keeps `/var/run` in `/run`.
fn may_make_pods() -> bool {
    let script = "mount -t tmpfs tmpfs /run && mkdir -p /run/x && test -d /var/run/x";
    let tried = Command::new("unshare").args(["-rm", "sh", "-c", script]).status();
    tried.is_ok_and(|status| status.success())
}

#[test]
fn a_pod_uses_its_service_account() {
    let Some(env) = TestEnv::on_cluster() else { return };
    if !may_make_pods() {
        skip(
            "tests of service accounts",
            "this machine makes no mount namespaces for us",
        );
        return;
    }
    write_chart(&env);
    for name in ["pods", "pods-too"] {
        env.namespace(name);
    }
    let [server, authority, token] = credentials(&env);
    let authority = STANDARD.decode(authority).expect("it is base64");
    env.write("pod/ca.crt", &String::from_utf8_lossy(&authority));
    env.write("pod/token", &format!("{token}\n"));
    env.write("pod/namespace", "pods");
    let user = "{token: wrong}";
    env.write("bare.yaml", "apiVersion: v1\nkind: Config\n");
    env.write(
        "other.yaml",
        &kubeconfig("{server: \"https://127.0.0.1:1\"}", user),
    );
    let service = [
        ("KUBERNETES_SERVICE_HOST", "127.0.0.1"),
        ("KUBERNETES_SERVICE_PORT", port(&server)),
    ];
    let moved = [service[0], service[1], ("POD_NAMESPACE", "pods-too")];
    let dead = format!("list --kube-apiserver https://localhost:{}", port(&server));
    let steps: [Step; 14] = [
        (&service, "install web ./one"),
        (&service, "list -o json"),
        (&service, "get manifest web"),
        (&service, "list -q --kubeconfig bare.yaml"),
        (&service, "list -q --kubeconfig other.yaml"),
        (&service, "list -q --namespace pods-too"),
        (&moved, "install there ./one"),
        (&moved, "list -q"),
        (&service, "list -q --kube-token wrong"),
        (&service, "list -q --kube-as-user nobody"),
        (&service, "list -q --kube-ca-file absent"),
        (&service, &dead),
        (&service[..1], "list -q"),
        (&service, "uninstall web"),
    ];
    for step in steps {
        play(&env, step);
    }
    let [cox, _] = programs(&env);
    in_pod(&env, &cox, &moved, "uninstall there").ok();
}

/// Plays a step: by both, unless it changes something.
fn play(env: &TestEnv, (variables, line): Step) {
    let [cox, helm] = programs(env);
    let ours = in_pod(env, &cox, variables, line);
    if line.starts_with("install") || line.starts_with("uninstall") {
        ours.ok();
        return;
    }
    let theirs = in_pod(env, &helm, variables, line);
    let shown = |outcome: &Outcome| (outcome.code, outcome.stdout.clone(), cause(&outcome.stderr));
    assert_eq!(
        shown(&ours),
        shown(&theirs),
        "{variables:?} {line}: {}",
        theirs.stderr
    );
}

/// What an error says at last: which request was the first one differs.
fn cause(error: &str) -> String {
    error.trim().rsplit(": ").next().unwrap_or_default().to_owned()
}
