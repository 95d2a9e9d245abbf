//! The order in which kinds are installed and uninstalled (`pkg/release/v1/util/kind_sorter.go`).

use std::cmp::Ordering;

/// A list of kinds; those it does not name come last, by name.
#[derive(Clone, Copy, Debug)]
pub struct KindOrder(&'static [&'static str]);

/// Returns the order for making things: what others need comes first.
pub const fn install_order() -> KindOrder {
    KindOrder(&INSTALL)
}

/// Returns the order for taking things down. Not simply the reverse: Services go before what serves them.
pub const fn uninstall_order() -> KindOrder {
    KindOrder(&UNINSTALL)
}

impl KindOrder {
    /// Compares two kinds. Use it with a stable sort.
    pub fn compare(self, a: &str, b: &str) -> Ordering {
        match (self.position(a), self.position(b)) {
            (None, None) => a.cmp(b),
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => a.cmp(&b),
        }
    }

    fn position(self, kind: &str) -> Option<usize> {
        self.0.iter().position(|known| *known == kind)
    }
}

const INSTALL: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

const UNINSTALL: [&str; 38] = uninstall_kinds();

/// The reverse of [`INSTALL`] but for Service, which moves up to right behind IngressClass.
const fn uninstall_kinds() -> [&'static str; 38] {
    const INGRESS_CLASS: usize = 33;
    const SERVICE: usize = 23;
    let mut kinds = [""; 38];
    let mut from = INSTALL.len();
    let mut to = 0;
    while from > 0 {
        from -= 1;
        if from == SERVICE {
            continue;
        }
        kinds[to] = INSTALL[from];
        to += 1;
        if from == INGRESS_CLASS {
            kinds[to] = INSTALL[SERVICE];
            to += 1;
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_installed_in_order_and_unknown_ones_last() {
        let mut kinds = vec![
            "Zebra",
            "Service",
            "Ape",
            "Namespace",
            "Deployment",
            "",
            "ConfigMap",
        ];
        kinds.sort_by(|a, b| install_order().compare(a, b));
        assert_eq!(
            kinds,
            [
                "Namespace",
                "ConfigMap",
                "Service",
                "Deployment",
                "",
                "Ape",
                "Zebra"
            ]
        );
    }

    #[test]
    fn uninstalling_starts_at_the_other_end() {
        assert_eq!(
            UNINSTALL[..7],
            [
                "ValidatingWebhookConfiguration",
                "MutatingWebhookConfiguration",
                "APIService",
                "Ingress",
                "IngressClass",
                "Service",
                "CronJob"
            ]
        );
        assert_eq!(
            UNINSTALL[13..17],
            ["Pod", "DaemonSet", "RoleBindingList", "RoleBinding"]
        );
        assert_eq!(UNINSTALL[37], "PriorityClass");
    }
}
