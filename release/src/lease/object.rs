//! A Lease of `coordination.k8s.io/v1` as data, and whether it still holds.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::holder::{Holder, Tenant};

/// How long a lease holds after it was renewed the last time.
pub(super) const DURATION: Duration = Duration::from_secs(15);

/// The server tells its time in whole seconds, so that much is not known.
const RESOLUTION: Duration = Duration::from_secs(1);

const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
const INSTANCE: &str = "app.kubernetes.io/instance";
const ACTION: &str = "coxswain/action";
const PROCESS: &str = "coxswain/process";

/// How the names of leases begin. Nobody else's do.
const PREFIX: &str = "coxswain.v1.";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct LeaseObject {
    api_version: String,
    kind: String,
    pub(super) metadata: Metadata,
    pub(super) spec: Spec,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Metadata {
    name: String,
    namespace: String,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) resource_version: String,
    #[serde(skip_serializing)]
    creation_timestamp: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Spec {
    holder_identity: String,
    lease_duration_seconds: u64,
    /// By the holder's own clock: for people, and to be compared with what else he wrote.
    #[serde(with = "micro_time", skip_serializing_if = "Option::is_none")]
    acquire_time: Option<Timestamp>,
    /// By the server's clock. A lease that was never renewed has none: it counts from when the server made it.
    #[serde(with = "micro_time", skip_serializing_if = "Option::is_none")]
    pub(super) renew_time: Option<Timestamp>,
    lease_transitions: u32,
}

impl LeaseObject {
    /// A lease for somebody who begins `action` on a release now.
    pub(super) fn new(
        name: &str,
        namespace: &str,
        holder: &Holder,
        (action, now): (&str, Timestamp),
    ) -> Self {
        let mut annotations = BTreeMap::from([(ACTION.to_owned(), action.to_owned())]);
        annotations.extend(holder.process().map(|process| (PROCESS.to_owned(), process)));
        LeaseObject {
            api_version: "coordination.k8s.io/v1".to_owned(),
            kind: "Lease".to_owned(),
            metadata: Metadata {
                name: lease_name(name),
                namespace: namespace.to_owned(),
                labels: BTreeMap::from([
                    (MANAGED_BY.to_owned(), "coxswain".to_owned()),
                    (INSTANCE.to_owned(), name.to_owned()),
                ]),
                annotations,
                ..Metadata::default()
            },
            spec: Spec {
                holder_identity: holder.identity(),
                lease_duration_seconds: DURATION.as_secs(),
                acquire_time: Some(now),
                renew_time: None,
                lease_transitions: 0,
            },
        }
    }

    /// This lease in the place of `dead`'s, from `server_now` on.
    pub(super) fn in_place_of(mut self, dead: &LeaseObject, server_now: Option<Timestamp>) -> Self {
        self.metadata
            .resource_version
            .clone_from(&dead.metadata.resource_version);
        self.spec.renew_time = server_now;
        self.spec.lease_transitions = dead.spec.lease_transitions.saturating_add(1);
        self
    }

    pub(super) fn is_of(&self, holder: &Holder) -> bool {
        self.spec.holder_identity == holder.identity()
    }

    /// Says whether both were written by the same holder at the same time.
    pub(super) fn is_unchanged(&self, before: &LeaseObject) -> bool {
        self.metadata.resource_version == before.metadata.resource_version
    }

    pub(super) fn duration(&self) -> Duration {
        Duration::from_secs(self.spec.lease_duration_seconds)
    }

    pub(super) fn tenant(&self) -> Tenant {
        Tenant {
            action: self.metadata.annotations.get(ACTION).cloned().unwrap_or_default(),
            since: self.spec.acquire_time.or(self.metadata.creation_timestamp),
            ..Tenant::parse(&self.spec.holder_identity)
        }
    }

    /// Says whether the holder is known to be gone although the lease may not have expired.
    pub(super) fn is_of_the_dead(&self, observer: &Holder) -> bool {
        let process = self.metadata.annotations.get(PROCESS);
        match (process, self.tenant().pid) {
            (Some(process), Some(pid)) => observer.knows_to_be_dead(process, pid),
            _ => false,
        }
    }

    /// Returns how many seconds of the lease are left when the server's clock shows `server_now`; nothing if it has
    /// expired. No clock but the server's counts here: those of two machines differ.
    pub(super) fn left(&self, server_now: Timestamp) -> Option<u64> {
        let last = self.spec.renew_time.max(self.metadata.creation_timestamp)?;
        let end = last.checked_add(self.duration() + RESOLUTION).ok()?;
        let left = end.as_second() - server_now.as_second();
        u64::try_from(left).ok().filter(|left| *left > 0)
    }
}

/// The lease's name.
pub(super) fn lease_name(release: &str) -> String {
    format!("{PREFIX}{release}")
}

/// Says whether a Lease is one on a release, by its name.
pub(crate) fn is_lease_name(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Kubernetes' `MicroTime`: always six digits.
mod micro_time {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.collect_str(&format_args!("{time:.6}")),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(renewed: Option<&str>) -> LeaseObject {
        let text = serde_json::json!({
            "metadata": {"creationTimestamp": "2026-11-21T07:00:00Z", "resourceVersion": "7"},
            "spec": {
                "holderIdentity": "me@ci-1/12/ab", "leaseDurationSeconds": 15, "renewTime": renewed,
                "acquireTime": "2026-11-21T07:00:00.000000Z", "leaseTransitions": 2,
            },
        });
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn the_servers_clock_decides() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let never_renewed = lease(None);
        assert_eq!(never_renewed.left(at("2026-11-21T07:00:01Z")), Some(15));
        assert_eq!(never_renewed.left(at("2026-11-21T07:00:16Z")), None);
        let renewed = lease(Some("2026-11-21T07:00:10.250000Z"));
        assert_eq!(renewed.left(at("2026-11-21T07:00:16Z")), Some(10));
        assert_eq!(renewed.left(at("2026-11-21T08:00:00Z")), None);
    }

    #[test]
    fn times_have_six_digits() {
        let text = serde_json::to_value(lease(Some("2026-11-21T07:00:10Z"))).unwrap();
        assert_eq!(text["spec"]["renewTime"], "2026-11-21T07:00:10.000000Z");
        assert!(
            serde_json::to_value(lease(None)).unwrap()["spec"]
                .get("renewTime")
                .is_none()
        );
    }
}
