//! Records that do not fit into one object.

use std::fmt::Write;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{Api, ListParams};

use crate::support::proxy::{Act, Proxy};
use crate::support::{Outcome, TestEnv};

/// Writes a chart with so many bytes of a file that hardly gets smaller.
fn write_chart(env: &TestEnv, name: &str, size: usize) {
    let mut noise = String::new();
    let mut state = 7_u64;
    while noise.len() < size {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        write!(noise, "{:08x}", state >> 32).expect("memory takes all");
    }
    let head = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    env.write(&format!("{name}/Chart.yaml"), &head);
    env.write(&format!("{name}/files/noise.txt"), &noise);
    env.write(
        &format!("{name}/templates/map.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {count: {{ .Values.n | quote }}, size: {{ .Files.Get \
         \"files/noise.txt\" | len | quote }}}\n",
    );
}

fn secrets(env: &TestEnv, namespace: &str, owner: &str) -> Vec<Secret> {
    let all = ListParams::default().labels(&format!("owner={owner}"));
    env.with_api(namespace, |api: Api<Secret>| async move {
        api.list(&all).await.expect("the API server answers").items
    })
}

#[test]
fn a_large_record_is_read_by_both() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env, "large", 3_000_000);
    let at = "--namespace large";
    let refused = env
        .helm(&format!("install theirs ./large {at} --create-namespace"))
        .failed();
    assert!(refused.contains("Too long"), "Helm cannot: {refused}");
    env.cox(&format!("install web ./large {at} --set n=1")).ok();
    assert!(secrets(&env, "large", "coxswain").len() > 1, "the chart is apart");
    for question in [
        "list -o json",
        "history web -o json",
        "get manifest web",
        "get values web",
    ] {
        let question = format!("{question} {at}");
        assert_eq!(env.cox(&question).ok(), env.helm(&question).ok(), "{question}");
    }
    env.cox(&format!("upgrade web ./large {at} --set n=2")).ok();
    env.cox(&format!("rollback web 1 {at}")).ok();
    let whole = "get all web --template '{{ len .Release.Chart.Metadata.Name }}' --namespace large";
    assert_eq!(env.cox(whole).ok(), "5");
    env.helm(&format!("rollback web 2 {at}")).ok();
    env.cox(&format!("upgrade web ./large {at} --reuse-values")).ok();
    let map: ConfigMap = env.get("large", "map");
    assert_eq!(map.data.expect("it has data")["count"], "2");
    env.helm(&format!("uninstall web {at}")).ok();
    let begin = std::time::Instant::now();
    while !secrets(&env, "large", "coxswain").is_empty() {
        assert!(begin.elapsed().as_secs() < 20, "the parts go with their records");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn a_death_leaves_no_half_record() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env, "large", 1_500_000);
    env.cox("install first ./large --namespace large-death --create-namespace")
        .ok();
    let proxy = Proxy::start(env.kubeconfig().expect("a kubeconfig"), env.path());
    let mut last = -1;
    for number in 1..40 {
        if last == 0 {
            break;
        }
        let release = format!("web{number}");
        proxy.set_rule(move |request| {
            if request == number {
                Act::KillAfter
            } else {
                Act::Forward
            }
        });
        let mut command = env.command(std::path::Path::new(env!("CARGO_BIN_EXE_cox")));
        command.env("KUBECONFIG", proxy.kubeconfig());
        command.args([
            "install",
            &release,
            "./large",
            "--namespace",
            "large-death",
            "--take-ownership",
        ]);
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let child = command.spawn().expect("the program starts");
        proxy.aim_at(child.id());
        let ended: Outcome = child.wait_with_output().expect("it ends").into();
        let records = ListParams::default().labels(&format!("owner=helm,name={release}"));
        let records = env.with_api("large-death", |api: Api<Secret>| async move {
            api.list(&records).await.expect("the API server answers").items
        });
        if !records.is_empty() {
            env.cox(&format!("get all {release} --namespace large-death"))
                .ok();
        }
        last = ended.code;
    }
    assert_eq!(last, 0, "the last request is reached");
}
