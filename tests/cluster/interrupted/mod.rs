//! Actions that are interrupted: by signals, by death at every request, by servers and networks, by each other.
//!
//! The gate runs a sample; `make soak` (`COX_TEST_SOAK=1`) runs all of it.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

mod deaths;
mod faults;
pub(super) mod leases;
mod outages;
mod races;
mod signals;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Stdio};

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{Api, ListParams};

use crate::support::{Outcome, TestEnv};

/// Whether everything is to be run.
fn is_soak() -> bool {
    std::env::var_os("COX_TEST_SOAK").is_some()
}

/// Two versions of a chart: objects that both have, some that only one has, and hooks.
fn write_charts(env: &TestEnv) {
    for (version, names) in [("one", "a b c"), ("two", "b c d e")] {
        env.write(
            &format!("{version}/Chart.yaml"),
            &format!("apiVersion: v2\nname: {version}\nversion: 1.0.0\n"),
        );
        let objects: String = names
            .split(' ')
            .map(|name| map(&format!("{name}-map"), version, ""))
            .collect();
        env.write(&format!("{version}/templates/maps.yaml"), &objects);
        let hooks = "pre-install,post-install,pre-upgrade,post-upgrade,pre-rollback,post-rollback,pre-delete,post-delete";
        let hook = map(
            "hook",
            version,
            &format!("annotations: {{helm.sh/hook: \"{hooks}\"}}"),
        );
        env.write(&format!("{version}/templates/hook.yaml"), &hook);
    }
}

fn map(name: &str, version: &str, more: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{{{ .Release.Name }}}}-{name}\n  {more}\ndata: \
         {{version: {version}}}\n"
    )
}

/// What of a release there is on the cluster.
#[derive(Debug, Default, PartialEq, Eq)]
struct State {
    /// Its objects, by name and version.
    objects: BTreeSet<(String, String)>,
    /// Its revisions that count as deployed.
    deployed: usize,
    /// Its revisions that are neither deployed, failed nor superseded.
    unfinished: usize,
    has_lease: bool,
}

impl TestEnv {
    fn state(&self, namespace: &str, release: &str) -> State {
        let any = ListParams::default();
        let maps = self.with_api(namespace, |api: Api<ConfigMap>| {
            let any = any.clone();
            async move { api.list(&any).await.expect("the API server answers").items }
        });
        let owned = |map: &&ConfigMap| {
            let annotations = map.metadata.annotations.as_ref();
            annotations
                .and_then(|all| all.get("meta.helm.sh/release-name"))
                .map(String::as_str)
                == Some(release)
        };
        let named = |map: &ConfigMap| {
            let name = map.metadata.name.clone().unwrap_or_default();
            let data = map.data.clone().unwrap_or_default();
            let name = name
                .trim_start_matches(release)
                .trim_start_matches('-')
                .to_owned();
            (name, data.get("version").cloned().unwrap_or_default())
        };
        let records = ListParams::default().labels(&format!("owner=helm,name={release}"));
        let records = self.with_api(namespace, |api: Api<Secret>| async move {
            api.list(&records).await.expect("the API server answers").items
        });
        let statuses: Vec<String> = records
            .into_iter()
            .map(|record| record.metadata.labels.unwrap_or_default()["status"].clone())
            .collect();
        let lease = format!("coxswain.v1.{release}");
        let lease = self.with_api(namespace, |api: Api<Lease>| async move {
            api.get_opt(&lease).await.expect("the API server answers")
        });
        State {
            objects: maps.iter().filter(owned).map(named).collect(),
            deployed: statuses.iter().filter(|status| *status == "deployed").count(),
            unfinished: statuses
                .iter()
                .filter(|status| !matches!(status.as_str(), "deployed" | "failed" | "superseded"))
                .count(),
            has_lease: lease.is_some(),
        }
    }

    /// Makes a namespace, unless it is there.
    pub(super) fn namespace(&self, name: &str) {
        let namespace = serde_json::from_value(serde_json::json!({"metadata": {"name": name}}));
        let namespace: k8s_openapi::api::core::v1::Namespace = namespace.expect("a namespace");
        self.with_cluster_api(|api| async move {
            // It may be there from before.
            let _ = api.create(&kube::api::PostParams::default(), &namespace).await;
        });
    }

    /// Starts `cox` and lets it run, its output kept for later.
    pub(in crate::cluster) fn start(&self, kubeconfig: &Path, line: &str) -> Child {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_cox")));
        command
            .env("KUBECONFIG", kubeconfig)
            .args(line.split_whitespace());
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .stdin(Stdio::null());
        command.spawn().expect("the program starts")
    }
}

fn end(child: Child) -> Outcome {
    child.wait_with_output().expect("the program ends").into()
}

/// The state after `chart` was installed, upgraded or rolled back to.
fn running(chart: &str) -> State {
    let names: &[&str] = if chart == "one" {
        &["a-map", "b-map", "c-map"]
    } else {
        &["b-map", "c-map", "d-map", "e-map"]
    };
    State {
        objects: names
            .iter()
            .map(|name| ((*name).to_owned(), chart.to_owned()))
            .collect(),
        deployed: 1,
        ..State::default()
    }
}
