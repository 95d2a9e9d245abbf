//! The ceiling: what the API server does at best, asked by a loop that does nothing else.

use std::path::Path;
use std::time::{Duration, Instant};

use futures::StreamExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::crowd::{client, make_namespace};

/// Over as many connections the loop sends.
const CONNECTIONS: usize = 8;

const NAMESPACE: &str = "ceiling";

/// Returns the median of three loops of `count` server-side applies.
pub(crate) async fn measure(kubeconfig: &Path, count: usize) -> Duration {
    let client = client(kubeconfig).await;
    make_namespace(&client, NAMESPACE).await;
    let maps: Api<ConfigMap> = Api::namespaced(client, NAMESPACE);
    let mut times = Vec::new();
    for round in 0..3 {
        times.push(apply(&maps, round, count).await);
    }
    times.sort();
    times[1]
}

async fn apply(maps: &Api<ConfigMap>, round: usize, count: usize) -> Duration {
    let begin = Instant::now();
    let params = PatchParams::apply("ceiling").force();
    let applied = futures::stream::iter(0..count).map(|n| {
        let (name, params) = (format!("map-{round}-{n}"), &params);
        async move {
            let map = json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": name, "labels": {"app": "many"}},
                "data": {"step": "1", "number": n.to_string()},
            });
            maps.patch(&name, params, &Patch::Apply(&map))
                .await
                .expect("the API server answers")
        }
    });
    applied.buffer_unordered(CONNECTIONS).count().await;
    begin.elapsed()
}
