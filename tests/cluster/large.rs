//! Records that do not fit into one object.

use std::fmt::Write;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{Api, ListParams};

use crate::support::patience::until_so;
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
    let plan = env.cox(&format!(
        "plan upgrade web ./large {at} --set n=2 --save large.plan"
    ));
    assert_eq!(plan.code, 2, "{plan:?}");
    assert!(
        !plan.stdout.contains("Secret/"),
        "parts are no objects of the release: {}",
        plan.stdout
    );
    env.cox("apply large.plan").ok();
    env.cox(&format!("rollback web 1 {at}")).ok();
    let whole = "get all web --template '{{ len .Release.Chart.Metadata.Name }}' --namespace large";
    assert_eq!(env.cox(whole).ok(), "5");
    env.helm(&format!("rollback web 2 {at}")).ok();
    env.cox(&format!("upgrade web ./large {at} --reuse-values")).ok();
    let map: ConfigMap = env.get("large", "map");
    assert_eq!(map.data.expect("it has data")["count"], "2");
    env.helm(&format!("uninstall web {at}")).ok();
    until_so("the parts go with their records", || {
        secrets(&env, "large", "coxswain").is_empty()
    });
}

/// Writes a chart with a file that says everything twice, each time shifted.
fn write_repetitive_chart(env: &TestEnv, name: &str, size: usize) {
    write_chart(env, name, 8);
    let mut text = String::new();
    let mut state = 7_u64;
    while text.len() < size {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let word = format!("{:016x}{state:016x}", state.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        write!(text, "key: {word}\nvalue: {word}\n").expect("memory takes all");
    }
    env.write(&format!("{name}/files/twice.txt"), &text);
}

#[test]
fn a_record_that_fits_when_packed_better_stays_whole() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_repetitive_chart(&env, "twice", 1_600_000);
    let at = "--namespace twice";
    let refused = env.helm(&format!("install theirs ./twice {at} --create-namespace"));
    assert!(refused.failed().contains("Too long"), "Helm cannot");
    env.cox(&format!("install web ./twice {at} --set n=1")).ok();
    assert!(secrets(&env, "twice", "coxswain").is_empty(), "nothing is apart");
    let records = secrets(&env, "twice", "helm");
    assert_eq!(records.len(), 1);
    for question in [
        "list -o json",
        "history web -o json",
        "get all web",
        "get values web -a",
    ] {
        let question = format!("{question} {at}");
        assert_eq!(env.cox(&question).ok(), env.helm(&question).ok(), "{question}");
    }
    let files = "{{ range .Release.Chart.Files }}{{ .Name }} {{ printf \"%x\" .Data }}\n{{ end }}";
    let question = format!("get all web --template '{files}' {at}");
    let read = env.helm(&question).ok();
    let mut expected = String::new();
    for byte in std::fs::read(env.path().join("twice/files/twice.txt")).expect("it was written") {
        write!(expected, "{byte:02x}").expect("memory takes all");
    }
    assert!(read.contains(&expected), "Helm reads all of the file");
    env.cox(&format!("upgrade web ./twice {at} --reuse-values")).ok();
    env.cox(&format!("uninstall web {at}")).ok();
}

#[test]
fn what_no_record_can_hold_is_refused_before_anything_is_sent() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env, "manifest", 2_400_000);
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map-NUMBER}\ndata: {noise: {{ .Files.Get \
               \"files/noise.txt\" | substr FROM TO | quote }}}\n";
    for number in 0..4 {
        let map = map
            .replace("NUMBER", &number.to_string())
            .replace("FROM", &(number * 600_000).to_string())
            .replace("TO", &((number + 1) * 600_000).to_string());
        env.write(&format!("manifest/templates/map{number}.yaml"), &map);
    }
    let error = env.cox("install web ./manifest --namespace manifest --create-namespace");
    let error = error.failed();
    for part in ["values, manifest and hooks take", "1048576", "several releases"] {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
    let left = env.with_api("manifest", |api: Api<ConfigMap>| async move {
        let all = api.list(&ListParams::default()).await;
        all.expect("the API server answers").items
    });
    let left = left.iter().filter_map(|map| map.metadata.name.as_deref());
    assert!(
        !left.into_iter().any(|name| name.starts_with("map")),
        "nothing was sent"
    );
    assert!(secrets(&env, "manifest", "helm").is_empty() && secrets(&env, "manifest", "coxswain").is_empty());
}

/// Names the parts that belong to no record, and those that are bound to none.
fn stray_parts(env: &TestEnv, namespace: &str) -> Vec<String> {
    let parts = secrets(env, namespace, "coxswain").into_iter();
    parts
        .filter(|part| part.metadata.owner_references.is_none())
        .filter_map(|part| part.metadata.name)
        .collect()
}

#[test]
fn a_death_leaves_no_half_record() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env, "large", 2_500_000);
    write_chart(&env, "small", 100);
    env.cox("install first ./large --namespace large-death --create-namespace")
        .ok();
    let proxy = Proxy::start(env.kubeconfig().expect("a kubeconfig"), env.path());
    let mut last = -1;
    let mut strays = 0;
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
        let line = format!("install {release} ./large --namespace large-death --take-ownership");
        let child = env.start(proxy.kubeconfig(), &line);
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
        // Whatever was left, the next action makes right.
        let left = stray_parts(&env, "large-death").len();
        if left > 0 {
            strays += 1;
            let next = if strays % 2 == 0 { "./small" } else { "./large" };
            let line = format!("upgrade {release} {next} --install --namespace large-death --take-ownership");
            env.cox(&line).ok();
            assert_eq!(
                stray_parts(&env, "large-death"),
                Vec::<String>::new(),
                "after request {number}"
            );
        }
    }
    assert_eq!(last, 0, "the last request is reached");
    assert!(strays > 0, "deaths between parts and record leave parts");
}
