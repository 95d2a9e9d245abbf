//! Reading many objects in few requests, before each is asked for alone.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::apply::{MANAGED_BY, Object};
use crate::cluster::{self, Call, Cluster, Mapping};

/// From how many objects on a list is quicker than a request for each.
const FEW: usize = 8;

/// Returns the collections that hold more than a few of `objects`.
pub(super) fn worth_listing(objects: &[Object]) -> Vec<(String, Mapping)> {
    let mut counts: BTreeMap<String, (usize, &Mapping)> = BTreeMap::new();
    for object in objects.iter().filter(|object| !object.name.is_empty()) {
        counts
            .entry(object.collection())
            .or_insert((0, &object.mapping))
            .0 += 1;
    }
    let many = counts.into_iter().filter(|(_, (count, _))| *count >= FEW);
    many.map(|(collection, (_, mapping))| (collection, mapping.clone()))
        .collect()
}

/// Reads those objects of a collection that belong to a release of whatever name, with their paths. Where lists are not
/// allowed there are none: each object is asked for then.
pub(super) async fn list(cluster: &Cluster, collection: &str, mapping: &Mapping) -> Vec<(String, Value)> {
    let call = Call::get(collection).query("labelSelector", format!("{MANAGED_BY}=Helm"));
    let Ok(listed) = cluster::list::<Value>(cluster, call).await else {
        return Vec::new();
    };
    let named = listed.items.into_iter().filter_map(|mut object| {
        let name = object.pointer("/metadata/name")?.as_str()?;
        let path = format!("{collection}/{name}");
        // Lists do not repeat what their objects are.
        let fields = object.as_object_mut()?;
        fields.insert("apiVersion".to_owned(), mapping.gvk.api_version().into());
        fields.insert("kind".to_owned(), mapping.gvk.kind.clone().into());
        Some((path, object))
    });
    named.collect()
}
