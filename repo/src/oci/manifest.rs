//! The manifest of a chart: what is written at a push and read at a pull.
//!
//! Media types, order and omissions are those of Helm's `pkg/registry`; the same file gives the same manifest, byte for
//! byte.

use std::collections::BTreeMap;

use chart::Metadata;
use serde::{Deserialize, Serialize};

use super::digest::Digest;

/// The media type of a manifest of the OCI image specification.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The media type of a list of manifests.
pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The media type of the metadata.
pub(super) const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";

/// The media type of the archive.
pub(super) const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/// What the media type of the archive was in the first years.
pub(super) const LEGACY_CHART: &str = "application/tar+gzip";

/// What a plugin's manifest says that it is of.
pub(super) const PLUGIN: &str = "application/vnd.helm.plugin.v1+json";

/// The media type of the provenance file.
pub(super) const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// Names some content in a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What kind of content it is.
    pub media_type: String,
    /// Which content it is.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
    /// What else is said of it. We say nothing.
    #[serde(default, skip_serializing)]
    pub annotations: BTreeMap<String, String>,
}

impl Descriptor {
    /// Names `content`.
    pub(super) fn of(media_type: &str, content: &[u8]) -> Self {
        Descriptor {
            media_type: media_type.to_owned(),
            digest: Digest::of(content),
            size: content.len() as u64,
            annotations: BTreeMap::new(),
        }
    }
}

/// A manifest or an index as it is read: what is not of interest is skipped.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Document {
    pub(super) artifact_type: String,
    pub(super) config: Option<Descriptor>,
    pub(super) layers: Vec<Descriptor>,
    pub(super) manifests: Vec<Descriptor>,
}

/// A manifest as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    schema_version: u8,
    config: &'a Descriptor,
    layers: &'a [Descriptor],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: &'a BTreeMap<String, String>,
}

/// Writes the manifest of a chart. The layers go in order of their digests.
pub(super) fn write(
    config: &Descriptor,
    mut layers: Vec<Descriptor>,
    annotations: &BTreeMap<String, String>,
) -> Vec<u8> {
    layers.sort_by(|a, b| a.digest.cmp(&b.digest));
    let written = Written {
        schema_version: 2,
        config,
        layers: &layers,
        annotations,
    };
    let text = chart::json::to_string(&written).expect("maps with text for keys can be written");
    text.into_bytes()
}

/// The annotations of a chart's manifest. `created` is the time of the archive, in the form of RFC 3339.
///
/// Those of the chart are taken over, and win over ours but for title and version.
pub(super) fn annotations(metadata: &Metadata, created: &str) -> BTreeMap<String, String> {
    let authors = authors(metadata);
    let source = metadata.sources.first().map_or("", String::as_str);
    let own = [
        ("description", metadata.description.as_str()),
        ("title", &metadata.name),
        ("version", &metadata.version),
        ("url", &metadata.home),
        ("created", created),
        ("source", source),
        ("authors", &authors),
    ];
    let own = own.into_iter().filter(|(_, text)| !text.trim().is_empty());
    let mut annotations: BTreeMap<String, String> = own
        .map(|(key, text)| (format!("org.opencontainers.image.{key}"), text.to_owned()))
        .collect();
    for (key, text) in &metadata.annotations {
        if !matches!(
            key.as_str(),
            "org.opencontainers.image.title" | "org.opencontainers.image.version"
        ) {
            annotations.insert(key.clone(), text.clone());
        }
    }
    annotations
}

fn authors(metadata: &Metadata) -> String {
    let people = metadata.maintainers.iter().map(|person| {
        if person.email.is_empty() {
            person.name.clone()
        } else {
            format!("{} ({})", person.name, person.email)
        }
    });
    people.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{CHART, CONFIG, Descriptor, PROVENANCE, annotations, write};
    use chart::{Maintainer, Metadata};

    fn metadata() -> Metadata {
        let person = |name: &str, email: &str| Maintainer {
            name: name.to_owned(),
            email: email.to_owned(),
            ..Maintainer::default()
        };
        let mut metadata = Metadata {
            name: "web".to_owned(),
            version: "1.0.0".to_owned(),
            description: "a <b> & c".to_owned(),
            maintainers: vec![person("Ann", "ann@x.org"), person("Bob", "")],
            ..Metadata::default()
        };
        let own = [
            ("org.opencontainers.image.title", "other"),
            ("org.opencontainers.image.url", "https://x.org"),
        ];
        for (key, text) in own {
            metadata.annotations.insert(key.to_owned(), text.to_owned());
        }
        metadata
    }

    #[test]
    fn annotations_are_helms() {
        let annotations = annotations(&metadata(), "2026-01-02T03:04:05Z");
        let of = |key: &str| annotations[&format!("org.opencontainers.image.{key}")].as_str();
        assert_eq!(of("authors"), "Ann (ann@x.org), Bob");
        assert_eq!(of("title"), "web");
        assert_eq!(of("url"), "https://x.org");
        assert_eq!(annotations.len(), 6);
    }

    #[test]
    fn layers_go_in_order_of_digests() {
        let config = Descriptor::of(CONFIG, b"{}");
        let layers = vec![Descriptor::of(CHART, b"chart"), Descriptor::of(PROVENANCE, b"b")];
        assert!(layers[0].digest > layers[1].digest);
        let text = String::from_utf8(write(&config, layers, &annotations(&metadata(), ""))).expect("text");
        assert!(
            text.starts_with(r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config"#)
        );
        assert!(text.find(PROVENANCE) < text.find(CHART));
        assert!(text.contains(r"a \u003cb\u003e \u0026 c"));
    }
}
