//! Release records as they are stored, read without the code under test.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::core::v1::Secret;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::Value;

use crate::support::TestEnv;

/// A stored record: the Secret around it, and the JSON inside.
pub(crate) struct Record {
    pub(crate) secret: Secret,
    pub(crate) json: Value,
}

impl TestEnv {
    /// The record of one revision.
    pub(crate) fn record(&self, namespace: &str, release: &str, revision: u32) -> Record {
        let name = format!("sh.helm.release.v1.{release}.v{revision}");
        let secret: Secret = self.get(namespace, &name);
        let data = &secret.data.as_ref().expect("a record has data")["release"].0;
        let gzip = STANDARD
            .decode(data)
            .expect("a record is base64 in the Secret's own base64");
        let mut text = String::new();
        flate2::read::GzDecoder::new(gzip.as_slice())
            .read_to_string(&mut text)
            .expect("a record is gzip");
        Record {
            json: serde_json::from_str(&text).expect("a record is JSON"),
            secret,
        }
    }

    /// Gets an object from the API server.
    pub(crate) fn get<K>(&self, namespace: &str, name: &str) -> K
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>
            + Clone
            + std::fmt::Debug
            + serde::de::DeserializeOwned,
    {
        self.with_api(namespace, |api: kube::Api<K>| async move {
            api.get(name).await.expect("the object is there")
        })
    }

    /// Runs something against the API of one kind.
    pub(crate) fn with_api<K, F, T>(&self, namespace: &str, work: impl FnOnce(kube::Api<K>) -> F) -> T
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
        F: Future<Output = T>,
    {
        self.with_client(|client| work(kube::Api::namespaced(client, namespace)))
    }

    /// Runs something against the API of a kind without namespaces.
    pub(crate) fn with_cluster_api<K, F, T>(&self, work: impl FnOnce(kube::Api<K>) -> F) -> T
    where
        K: kube::Resource<DynamicType = ()>,
        F: Future<Output = T>,
    {
        self.with_client(|client| work(kube::Api::all(client)))
    }

    /// Runs something with a client of the cluster.
    pub(crate) fn with_client<F: Future<Output = T>, T>(&self, work: impl FnOnce(kube::Client) -> F) -> T {
        let kubeconfig = self
            .kubeconfig()
            .expect("cluster tests have a kubeconfig")
            .to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let file = Kubeconfig::read_from(kubeconfig).expect("the kubeconfig can be read");
            let options = KubeConfigOptions::default();
            let config = kube::Config::from_custom_kubeconfig(file, &options)
                .await
                .expect("a configuration");
            let client = kube::Client::try_from(config).expect("a client");
            work(client).await
        })
    }
}

/// Packs a record's JSON as Helm does.
pub(crate) fn pack(json: &Value) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(json.to_string().as_bytes())
        .expect("memory takes all");
    STANDARD
        .encode(gzip.finish().expect("memory takes all"))
        .into_bytes()
}

/// The keys of a JSON value with the types below them; lists by their first item.
pub(crate) fn shape(json: &Value) -> Value {
    match json {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        Value::Array(items) => Value::Array(items.first().map(shape).into_iter().collect()),
        Value::String(_) => "string".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "bool".into(),
        Value::Null => "null".into(),
    }
}
