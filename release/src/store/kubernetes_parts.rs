//! Parts of records on the API server.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::kubernetes::{Kind, Objects};
use super::{RecordId, StoreError, parts};
use crate::FIELD_MANAGER;
use crate::cluster::{Call, PatchFormat, list, list_metadata};

impl Objects {
    /// Writes the parts of a record that is not there yet. Somebody who died may have left some of the same name.
    pub(super) async fn write_parts(&self, id: &RecordId, all: &[Vec<u8>]) -> Result<(), StoreError> {
        for (number, part) in all.iter().enumerate() {
            let object = self.part_object(id, number, part);
            let path = self.part_path(id, number);
            let call = Call::post(self.collection(Some(&id.namespace)), &object);
            let sent = match self.cluster.send(call.query("fieldManager", FIELD_MANAGER)).await {
                Err(error) if error.is_already_exists() => {
                    let call = Call::put(path, &object);
                    self.cluster.send(call.query("fieldManager", FIELD_MANAGER)).await
                }
                sent => sent,
            };
            sent.map_err(StoreError::Create)?;
        }
        Ok(())
    }

    fn part_object(&self, id: &RecordId, number: usize, part: &[u8]) -> Value {
        let content = json!({"part": STANDARD.encode(part)});
        let metadata = parts::metadata(id, number);
        match self.kind {
            Kind::Secret => json!({
                "apiVersion": "v1", "kind": "Secret", "type": "coxswain/part.v1", "metadata": metadata, "data": content,
            }),
            Kind::ConfigMap => json!({
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "binaryData": content,
            }),
        }
    }

    /// Makes the parts go when their record goes. A record can be read without that, so a failure is no reason to stop:
    /// the parts then stay behind one day.
    pub(super) async fn bind_parts(&self, id: &RecordId, count: usize, record: &Value) {
        let kind = match self.kind {
            Kind::Secret => "Secret",
            Kind::ConfigMap => "ConfigMap",
        };
        let owner = json!({
            "apiVersion": "v1", "kind": kind, "name": id.key(), "uid": record["metadata"]["uid"],
        });
        let patch = json!({"metadata": {"ownerReferences": [owner]}});
        for number in 0..count {
            let path = self.part_path(id, number);
            let call = Call::patch(path, PatchFormat::Merge, &patch);
            if self
                .cluster
                .send(call.query("fieldManager", FIELD_MANAGER))
                .await
                .is_err()
            {
                return;
            }
        }
    }

    /// Deletes parts whose record could not be made. That is all that can be done, so failures are passed over.
    pub(super) async fn delete_parts(&self, id: &RecordId, count: usize) {
        for number in 0..count {
            let path = self.part_path(id, number);
            let _ = self.cluster.send(Call::delete(path, &json!({}))).await;
        }
    }

    /// Deletes the parts of a release that have no record, and binds those that are bound to none yet.
    pub(super) async fn sweep(&self, namespace: &str, name: &str) -> Result<(), StoreError> {
        let call = Call::get(self.collection(Some(namespace)));
        let call = call.query("labelSelector", parts::selector_of_all(name));
        let listed = list_metadata::<Value>(&self.cluster, call).await;
        let mut revisions = BTreeMap::new();
        for part in listed.map_err(StoreError::Query)?.items {
            let label = |label| part["metadata"]["labels"][label].as_str()?.parse().ok();
            let is_bound = part["metadata"].get("ownerReferences").is_some();
            if let (false, Some(revision), Some(number)) = (is_bound, label("version"), label("part")) {
                let count = revisions.entry(revision).or_insert(0);
                *count = usize::try_from(number).unwrap_or(0).max(*count);
            }
        }
        for (revision, last) in revisions {
            let id = RecordId {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                revision,
            };
            match self.cluster.get(&self.object(&id)).await {
                Ok(Some(record)) => self.bind_parts(&id, last + 1, &record).await,
                Ok(None) => self.delete_parts(&id, last + 1).await,
                Err(source) => return Err(StoreError::Query(source)),
            }
        }
        Ok(())
    }

    fn part_path(&self, id: &RecordId, number: usize) -> String {
        let collection = self.collection(Some(&id.namespace));
        format!("{collection}/{}", parts::name(id, number))
    }

    /// Reads the parts of a record.
    pub(super) async fn read_parts(&self, id: &RecordId) -> Result<BTreeMap<usize, Vec<u8>>, StoreError> {
        let call =
            Call::get(self.collection(Some(&id.namespace))).query("labelSelector", parts::selector(id));
        let listed = list::<Value>(&self.cluster, call)
            .await
            .map_err(|source| StoreError::Get {
                key: id.key(),
                source,
            })?;
        let mut found = BTreeMap::new();
        for object in listed.items {
            let number = object.pointer("/metadata/labels/part").and_then(Value::as_str);
            let content = ["/data/part", "/binaryData/part"]
                .iter()
                .find_map(|path| object.pointer(path)?.as_str());
            let (Some(number), Some(content)) = (number.and_then(|text| text.parse().ok()), content) else {
                continue;
            };
            let content = STANDARD
                .decode(content)
                .map_err(|source| parts::error(id, source.into()))?;
            found.insert(number, content);
        }
        Ok(found)
    }
}
