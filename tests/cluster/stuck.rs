//! A kind that is stuck until something outside the release changes: both programs wait, give up, and go on when it has.

use std::path::Path;
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{PersistentVolume, Pod, Service};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use crate::support::TestEnv;
use crate::support::patience::LONG;

/// A kind, and who waits for it while it is stuck.
struct Case {
    name: &'static str,
    /// `NS` is the namespace; `TEMPLATE` pods that do not get ready.
    object: &'static str,
    /// What gets in its way.
    block: fn(&TestEnv, &str),
    /// What gets it out of there.
    free: fn(&TestEnv, &str),
    /// Whether `watcher` and `legacy` wait.
    waits: [bool; 2],
}

const TEMPLATE: &str = "{metadata: {labels: {app: w}, annotations: {coxswain.test/behaviour: never-ready}}, spec: \
                        {containers: [{name: c, image: nginx}]}}";

fn nothing(_: &TestEnv, _: &str) {}

fn set_pods(env: &TestEnv, namespace: &str, status: Value) {
    env.with_api(namespace, |api: Api<Pod>| async move {
        let pods = api
            .list(&ListParams::default())
            .await
            .expect("the API server answers");
        assert!(!pods.items.is_empty(), "there are pods");
        for pod in pods {
            let name = pod.metadata.name.expect("it has a name");
            let patch = Patch::Strategic(json!({"status": status}));
            let patched = api.patch_status(&name, &PatchParams::default(), &patch).await;
            patched.expect("the pod is there");
        }
    });
}

fn make_pods_ready(env: &TestEnv, namespace: &str) {
    let now = k8s_openapi::jiff::Timestamp::now();
    let condition =
        |name: &str| json!({"type": name, "status": "True", "lastTransitionTime": now.to_string()});
    let conditions = ["Ready", "ContainersReady"].map(condition);
    set_pods(
        env,
        namespace,
        json!({"phase": "Running", "conditions": conditions}),
    );
}

fn end_pods(env: &TestEnv, namespace: &str) {
    set_pods(env, namespace, json!({"phase": "Succeeded"}));
}

fn give_address(env: &TestEnv, namespace: &str) {
    env.with_api(namespace, |api: Api<Service>| async move {
        let patch = Patch::Merge(json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}));
        let patched = api.patch_status("w", &PatchParams::default(), &patch).await;
        patched.expect("the service is there");
    });
}

fn make_volume(env: &TestEnv, namespace: &str) {
    let volume = serde_json::from_value(json!({"metadata": {"name": format!("pv-{namespace}")}, "spec": {
        "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "stuck",
        "hostPath": {"path": "/tmp"}, "persistentVolumeReclaimPolicy": "Retain"}}));
    let volume: PersistentVolume = volume.expect("a volume");
    env.with_cluster_api(|api: Api<PersistentVolume>| async move {
        let made = api.create(&PostParams::default(), &volume).await;
        made.expect("the volume is new");
    });
}

/// Another definition has the kind's name already.
fn take_name(env: &TestEnv, namespace: &str) {
    let (name, group) = (format!("firsts.{namespace}.test"), format!("{namespace}.test"));
    let definition = serde_json::from_value(json!({"metadata": {"name": name}, "spec": {"group": group,
        "names": {"kind": "Thing", "plural": "firsts"}, "scope": "Namespaced", "versions": [{"name": "v1",
        "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}));
    let definition: CustomResourceDefinition = definition.expect("a definition");
    env.with_cluster_api(|api: Api<CustomResourceDefinition>| async move {
        let made = api.create(&PostParams::default(), &definition).await;
        made.expect("the definition is new");
    });
}

fn give_name(env: &TestEnv, namespace: &str) {
    let (name, other) = (
        format!("firsts.{namespace}.test"),
        format!("things.{namespace}.test"),
    );
    env.with_cluster_api(|api: Api<CustomResourceDefinition>| async move {
        let deleted = api.delete(&name, &DeleteParams::default()).await;
        deleted.expect("the definition is there");
        let begin = Instant::now();
        while !is_established(&api.get(&other).await.expect("the definition is there")) {
            assert!(begin.elapsed() < LONG, "names are given to who wants them");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

fn is_established(definition: &CustomResourceDefinition) -> bool {
    let status = definition.status.as_ref();
    let conditions = status.and_then(|status| status.conditions.as_ref());
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|it| it.type_ == "Established" && it.status == "True")
}

fn workload(name: &'static str, object: &'static str, waits: [bool; 2]) -> Case {
    Case {
        name,
        object,
        block: nothing,
        free: make_pods_ready,
        waits,
    }
}

fn workloads() -> Vec<Case> {
    vec![
        workload(
            "replicaset",
            "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: w}\nspec: {selector: {matchLabels: {app: w}}, \
             replicas: 2, template: TEMPLATE}\n",
            [true, true],
        ),
        workload(
            "deployment",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec: {selector: {matchLabels: {app: w}}, \
             replicas: 2, template: TEMPLATE}\n",
            [true, true],
        ),
        workload(
            "partition",
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: w}\nspec: {serviceName: w, replicas: 2, \
             podManagementPolicy: Parallel, updateStrategy: {rollingUpdate: {partition: 1}}, selector: {matchLabels: \
             {app: w}}, template: TEMPLATE}\n",
            [true, true],
        ),
        Case {
            free: nothing,
            ..workload(
                "ondelete",
                "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: w}\nspec: {serviceName: w, updateStrategy: {type: \
             OnDelete}, selector: {matchLabels: {app: w}}, template: TEMPLATE}\n",
                [false, false],
            )
        },
        workload(
            "daemonset",
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: w}\nspec: {updateStrategy: {rollingUpdate: \
             {maxUnavailable: 0, maxSurge: 1}}, selector: {matchLabels: {app: w}}, template: TEMPLATE}\n",
            [true, true],
        ),
        Case {
            free: end_pods,
            ..workload(
                "job",
                "apiVersion: batch/v1\nkind: Job\nmetadata: {name: w}\nspec: {completions: 1, template: {metadata: \
                 {annotations: {coxswain.test/behaviour: never-ready}}, spec: {restartPolicy: Never, containers: \
                 [{name: c, image: nginx}]}}}\n",
                [true, true],
            )
        },
        workload(
            "pod",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: w, annotations: {coxswain.test/behaviour: never-ready}}\nspec: \
             {containers: [{name: c, image: nginx}]}\n",
            [true, true],
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        Case {
            free: give_address,
            ..workload(
                "service",
                "apiVersion: v1\nkind: Service\nmetadata: {name: w}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n",
                [false, true],
            )
        },
        Case {
            free: make_volume,
            ..workload(
                "claim",
                "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: w}\nspec: {storageClassName: stuck, \
                 volumeName: pv-NS, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n",
                [true, true],
            )
        },
        Case {
            block: take_name,
            free: give_name,
            ..workload(
                "definition",
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
                 things.NS.test}\nspec:\n  group: NS.test\n  names: {kind: Thing, plural: things}\n  scope: \
                 Namespaced\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: \
                 object}}}]\n",
                [true, false],
            )
        },
        Case {
            free: nothing,
            ..workload(
                "ingress",
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: w}\nspec: {defaultBackend: {service: \
                 {name: w, port: {number: 80}}}}\n",
                [false, false],
            )
        },
    ]
}

/// Installs, gets the object out of where it is stuck, and upgrades; returns whether either worked,
/// and what was said.
fn play(case: &Case, program: (&str, &Path), strategy: &str) -> ([bool; 2], String) {
    let env = TestEnv::on_cluster().expect("there is a control plane");
    let namespace = &format!("stuck-{}-{}-{strategy}", case.name, program.0);
    env.write("w/Chart.yaml", "apiVersion: v2\nname: w\nversion: 1.0.0\n");
    let object = case.object.replace("NS", namespace).replace("TEMPLATE", TEMPLATE);
    env.write("w/templates/object.yaml", &object);
    (case.block)(&env, namespace);
    let flags = format!("--namespace {namespace} --wait={strategy} --wait-for-jobs");
    let first = format!("install web ./w --create-namespace --timeout 3s {flags}");
    let first = env.run(program.1, &first);
    (case.free)(&env, namespace);
    let second = env.run(program.1, &format!("upgrade web ./w --timeout 90s {flags}"));
    let worked = [first.code == 0, second.code == 0];
    let said = format!("{namespace}: {worked:?}\n{}{}", first.stderr, second.stderr);
    env.run(program.1, &format!("uninstall web --namespace {namespace}"))
        .ok();
    (worked, said)
}

#[test]
fn what_is_stuck_is_waited_for_as_by_helm() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let (cox, helm) = (Path::new(env!("CARGO_BIN_EXE_cox")), env.helm_path());
    let cases: Vec<Case> = workloads().into_iter().chain(others()).collect();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let helm = &helm;
        let mut players = Vec::new();
        for case in &cases {
            for program in [("cox", cox), ("helm", helm.as_path())] {
                players.push(scope.spawn(move || {
                    let strategies = ["watcher", "legacy"].into_iter().zip(case.waits);
                    let wrong = strategies.filter_map(|(strategy, waits)| {
                        let (worked, said) = play(case, program, strategy);
                        (worked != [!waits, true]).then_some(said)
                    });
                    wrong.collect::<Vec<_>>()
                }));
            }
        }
        let ended = players
            .into_iter()
            .map(|player| player.join().expect("it is played"));
        ended.flatten().collect()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
