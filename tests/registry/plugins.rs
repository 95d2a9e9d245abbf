//! Plugins in registries.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{SIDES, Sides};
use crate::support::registry::{Kind, Registry};
use crate::support::tokens::{PASSWORD, USER};

/// Sends something to a registry with plain HTTP. There is no program here that pushes plugins; Helm has none either.
fn send(registry: &Registry, method: &str, path: &str, media_type: &str, body: Vec<u8>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let url = if path.starts_with("http") {
        path.to_owned()
    } else {
        format!("http://{}{path}", registry.address)
    };
    let method = http::Method::from_bytes(method.as_bytes()).expect("a method");
    let mut call = repo::http::Call::new(method, url.parse().expect("a URL"))
        .header(http::header::CONTENT_TYPE, media_type)
        .header(
            http::header::AUTHORIZATION,
            &format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}"))),
        );
    call.body = repo::http::Body::Bytes(body);
    runtime.block_on(async {
        let client = repo::http::HttpClient::new(&repo::http::HttpOptions::default()).expect("a client");
        let answer = client.send(call).await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.header("location").unwrap_or_default().to_owned()
    })
}

fn put_blob(registry: &Registry, repository: &str, bytes: &[u8]) -> serde_json::Value {
    let digest: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let digest = format!("sha256:{digest}");
    let begin = format!("/v2/{repository}/blobs/uploads/");
    let location = send(registry, "POST", &begin, "application/octet-stream", Vec::new());
    let mark = if location.contains('?') { '&' } else { '?' };
    let place = format!("{location}{mark}digest={digest}");
    send(
        registry,
        "PUT",
        &place,
        "application/octet-stream",
        bytes.to_vec(),
    );
    serde_json::json!({"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest, "size": bytes.len()})
}

/// Puts a plugin into a registry as the documentation of Helm has it done with `oras`.
pub(crate) fn push(
    registry: &Registry,
    (repository, tag): (&str, &str),
    artifact: &str,
    files: &[(&str, Vec<u8>)],
) {
    let layers: Vec<_> = files
        .iter()
        .map(|(title, bytes)| {
            let mut layer = put_blob(registry, repository, bytes);
            layer["annotations"] = serde_json::json!({"org.opencontainers.image.title": title});
            layer
        })
        .collect();
    let mut config = put_blob(registry, repository, b"{}");
    config["mediaType"] = "application/vnd.oci.empty.v1+json".into();
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": media_type, "artifactType": artifact, "config": config, "layers": layers,
    });
    let path = format!("/v2/{repository}/manifests/{tag}");
    send(
        registry,
        "PUT",
        &path,
        media_type,
        manifest.to_string().into_bytes(),
    );
}

#[test]
fn a_registry_has_one() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Open) else {
        return;
    };
    let text = "name: tool\nversion: 0.1.0\ncommand: $HELM_PLUGIN_DIR/run.sh\nhooks: {install: echo in}\n";
    sides.env.write("tool/plugin.yaml", text);
    sides.run("helm", "plugin package tool --sign=false").ok();
    let kind = "application/vnd.helm.plugin.v1+json";
    let archive = vec![("tool-0.1.0.tgz", sides.bytes("tool-0.1.0.tgz"))];
    push(&registry, ("a/tool", "0.1.0"), kind, &archive);
    push(&registry, ("a/chart", "0.1.0"), "application/something", &archive);
    push(&registry, ("a/other", "0.1.0"), kind, &archive);
    let place = registry.place("a");
    for line in [
        "tool:0.1.0 --plain-http",
        "tool:0.1.0 --plain-http --verify=false",
        "chart:0.1.0 --plain-http --verify=false",
        "other:0.1.0 --plain-http --verify=false",
        "nothing:0.1.0 --plain-http --verify=false",
    ] {
        let [ours, helm] = SIDES.map(|side| {
            let outcome = sides.run(side, &format!("plugin install {place}/{line}"));
            let listed = sides.run(side, "plugin list").ok();
            if outcome.code == 0 {
                sides.run(side, "plugin uninstall tool").ok();
            }
            (outcome, listed)
        });
        assert_eq!(ours, helm, "{line}");
    }
}
