//! Lists the releases of a namespace, Helm's and our own: `cargo run --example list [NAMESPACE]`.
//!
//! Uses the cluster of the current kubeconfig context.

use std::error::Error;

use release::{Cluster, Query, Secrets, Store};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it is what the example does")]
async fn main() -> Result<(), Box<dyn Error>> {
    let cluster = Cluster::new(kube::Client::try_default().await?);
    let query = Query {
        namespace: Some(
            std::env::args()
                .nth(1)
                .unwrap_or_else(|| cluster.namespace().to_owned()),
        ),
        ..Query::default()
    };
    let store = Secrets::new(cluster);
    // Heads are cheap: the labels of the records, not the records.
    let heads = store.heads(&query).await?;
    for summary in store.summaries(&heads).await? {
        let chart = &summary.chart.metadata;
        println!(
            "{} {} {} {}-{}",
            summary.name, summary.revision, summary.info.status, chart.name, chart.version
        );
    }
    Ok(())
}
