//! A namespace with 500 releases of 10 revisions each: a record as both programs write it, under 5,000 names.

use std::io::{Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures::StreamExt;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{Namespace, Secret};
use kube::api::{ListParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client};
use serde_json::{Value, json};

const RELEASES: usize = 500;
const REVISIONS: usize = 10;
const NAMESPACE: &str = "crowd";

/// Where a release is installed whose record all others are copies of.
pub(super) const PATTERN: &str = "pattern";

/// Makes the crowd out of the record of the release that the namespace [`PATTERN`] holds.
pub(crate) async fn gather(kubeconfig: &Path) {
    let client = client(kubeconfig).await;
    let (secret, record) = pattern(&client).await;
    make_namespace(&client, NAMESPACE).await;
    let secrets: Api<Secret> = Api::namespaced(client, NAMESPACE);
    let all = (0..RELEASES).flat_map(|release| (1..=REVISIONS).map(move |revision| (release, revision)));
    let made = futures::stream::iter(all).map(|(release, revision)| {
        let secret = member(&secret, &record, release, revision);
        let secrets = &secrets;
        async move {
            secrets
                .create(&PostParams::default(), &secret)
                .await
                .expect("the API server answers")
        }
    });
    made.buffer_unordered(8).count().await;
}

/// A Secret that holds a record, and the record.
async fn pattern(client: &Client) -> (Secret, Value) {
    let secrets: Api<Secret> = Api::namespaced(client.clone(), PATTERN);
    let params = ListParams::default().labels("owner=helm").limit(1);
    let found = secrets.list(&params).await.expect("the API server answers");
    let mut secret = found.items.into_iter().next().expect("a release is installed");
    let data = secret.data.take().unwrap_or_default();
    let packed = STANDARD.decode(&data["release"].0).expect("Helm writes base64");
    let mut text = Vec::new();
    GzDecoder::new(packed.as_slice())
        .read_to_end(&mut text)
        .expect("Helm writes gzip");
    (secret, serde_json::from_slice(&text).expect("Helm writes JSON"))
}

fn member(secret: &Secret, record: &Value, release: usize, revision: usize) -> Secret {
    let (mut secret, mut record) = (secret.clone(), record.clone());
    let name = format!("crowd-{release}");
    let status = if revision == REVISIONS {
        "deployed"
    } else {
        "superseded"
    };
    record["name"] = json!(name);
    record["namespace"] = json!(NAMESPACE);
    record["version"] = json!(revision);
    record["info"]["status"] = json!(status);
    let labels = secret.metadata.labels.get_or_insert_default();
    for (label, value) in [
        ("name", name.clone()),
        ("version", revision.to_string()),
        ("status", status.to_owned()),
    ] {
        labels.insert(label.to_owned(), value);
    }
    secret.metadata.name = Some(format!("sh.helm.release.v1.{name}.v{revision}"));
    secret.metadata.namespace = Some(NAMESPACE.to_owned());
    secret.metadata.resource_version = None;
    secret.metadata.uid = None;
    secret.metadata.managed_fields = None;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed
        .write_all(record.to_string().as_bytes())
        .expect("memory can be written");
    let packed = STANDARD.encode(packed.finish().expect("memory can be written"));
    secret.data = Some([("release".to_owned(), ByteString(packed.into_bytes()))].into());
    secret
}

/// Makes a namespace.
pub(super) async fn make_namespace(client: &Client, name: &str) {
    let namespace: Namespace =
        serde_json::from_value(json!({"metadata": {"name": name}})).expect("a namespace");
    Api::all(client.clone())
        .create(&PostParams::default(), &namespace)
        .await
        .expect("the API server answers");
}

/// A client of the administrator of `kubeconfig`.
pub(crate) async fn client(kubeconfig: &Path) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = Kubeconfig::read_from(kubeconfig).expect("the kubeconfig can be read");
    let config = kube::Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await;
    Client::try_from(config.expect("a configuration")).expect("a client")
}
