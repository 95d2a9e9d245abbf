//! Reading many objects in few requests, before each is asked for alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::apply::{MANAGED_BY, Object};
use crate::cluster::{ApiError, Call, Cluster, Mapping, Pages};

/// From how many objects on a list is quicker than a request for each.
const FEW: usize = 8;

/// How many objects of others may be read in a list for each that is wanted: asking for one alone costs the server about as
/// much as twenty in a list.
const COMPANY: usize = 20;

/// The objects of one collection that are wanted.
pub(crate) struct Wanted {
    pub(super) collection: String,
    mapping: Mapping,
    names: BTreeSet<String>,
}

/// Returns the collections that hold more than a few of `objects`.
pub(super) fn worth_listing<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<Wanted> {
    let mut collections: BTreeMap<String, Wanted> = BTreeMap::new();
    for object in objects.filter(|object| !object.name.is_empty()) {
        let collection = object.collection();
        let wanted = collections.entry(collection.clone()).or_insert_with(|| Wanted {
            collection,
            mapping: object.mapping.clone(),
            names: BTreeSet::new(),
        });
        wanted.names.insert(object.name.clone());
    }
    let mut collections: Vec<Wanted> = collections.into_values().collect();
    collections.retain(|wanted| wanted.names.len() >= FEW);
    collections
}

impl Wanted {
    /// Lists the objects that belong to a release of whatever name, and returns those that are wanted with their paths.
    ///
    /// It may return fewer than there are: where lists are not allowed, or hold too much else. Each of the others is asked
    /// for alone then.
    pub(super) async fn list(&mut self, cluster: &Cluster) -> Vec<(String, Arc<Value>)> {
        let call = Call::get(self.collection.clone()).query("labelSelector", format!("{MANAGED_BY}=Helm"));
        let mut found = Vec::new();
        // What was read until something went wrong is good for something.
        let _ = self.read(Pages::new(cluster, call), &mut found).await;
        found
    }

    async fn read(
        &mut self,
        mut pages: Pages<'_>,
        found: &mut Vec<(String, Arc<Value>)>,
    ) -> Result<(), ApiError> {
        let mut patience = self.names.len() * COMPANY;
        while !self.names.is_empty() && patience > 0 {
            let Some(page) = pages.next_names().await? else {
                return Ok(());
            };
            patience = patience.saturating_sub(page.names.len());
            // Most of an object is about who owns its fields: those of others are not read.
            if !page.names.iter().any(|name| self.names.contains(name)) {
                continue;
            }
            for (name, object) in page.names.iter().zip(page.objects()?) {
                if self.names.remove(name) {
                    found.push((format!("{}/{name}", self.collection), self.whole(object)));
                }
            }
        }
        Ok(())
    }

    /// Lists do not repeat what their objects are.
    fn whole(&self, mut object: Value) -> Arc<Value> {
        object["apiVersion"] = self.mapping.gvk.api_version().into();
        object["kind"] = self.mapping.gvk.kind.clone().into();
        Arc::new(object)
    }
}
