//! `Demand`: what the pods of a workload ask for, in the words of quotas.

use std::collections::BTreeMap;

use serde_json::Value;

use super::quantity::Quantity;

/// Amounts by what quotas call them: `pods`, `requests.cpu`, `limits.memory`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Demand(BTreeMap<String, Quantity>);

impl Demand {
    /// Reads what all pods of a workload ask for; nothing of what is no workload, or of one whose pods depend on the nodes.
    pub(super) fn of(object: &Value) -> Self {
        let pods = pods(object);
        let spec = &object["spec"]["template"]["spec"];
        let mut demand = of_pod(spec);
        demand.add("pods", Quantity::whole(1));
        for amount in demand.0.values_mut() {
            *amount = amount.times(pods);
        }
        demand
    }

    /// Returns how much is asked for.
    pub(super) fn amount(&self, name: &str) -> Quantity {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Returns how much more than `before` is asked for, of what it is more.
    pub(super) fn beyond(&self, before: &Demand) -> impl Iterator<Item = &str> {
        let grown = self
            .0
            .iter()
            .filter(|(name, amount)| **amount > before.amount(name));
        grown.map(|(name, _)| name.as_str())
    }

    /// Adds what is asked for, and takes away what was asked for before.
    pub(super) fn change(&mut self, after: &Demand, before: &Demand) {
        for (name, amount) in &after.0 {
            self.add(name, *amount);
        }
        for (name, amount) in &before.0 {
            self.add(name, Quantity::default().minus(*amount));
        }
    }

    fn add(&mut self, name: &str, amount: Quantity) {
        let sum = self.0.entry(name.to_owned()).or_default();
        *sum = sum.plus(amount);
    }

    /// Takes the larger one of each.
    fn at_least(&mut self, other: Demand) {
        for (name, amount) in other.0 {
            let most = self.0.entry(name).or_default();
            *most = (*most).max(amount);
        }
    }
}

/// How many pods a workload has at a time.
fn pods(object: &Value) -> i64 {
    let (spec, text) = (&object["spec"], |field: &str| {
        object[field].as_str().unwrap_or_default()
    });
    let number = |field: &str| spec[field].as_i64();
    let group = text("apiVersion").split('/').next().unwrap_or_default();
    match (group, text("kind")) {
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") => number("replicas").unwrap_or(1),
        ("batch", "Job") if spec["suspend"] == true => 0,
        ("batch", "Job") => {
            let most = number("completions").unwrap_or(i64::MAX);
            number("parallelism").unwrap_or(1).min(most)
        }
        _ => 0,
    }
}

/// What one pod asks for: its containers together, or the largest of those that run before them.
fn of_pod(spec: &Value) -> Demand {
    let list = |field: &str| spec[field].as_array().into_iter().flatten();
    let mut demand = Demand::default();
    let mut first = Demand::default();
    for container in list("initContainers") {
        match container["restartPolicy"].as_str() {
            Some("Always") => demand.change(&of_container(container), &Demand::default()),
            _ => first.at_least(of_container(container)),
        }
    }
    for container in list("containers") {
        demand.change(&of_container(container), &Demand::default());
    }
    demand.at_least(first);
    demand
}

/// Who says only how much he may use asks for as much.
fn of_container(container: &Value) -> Demand {
    let mut demand = Demand::default();
    let resources = &container["resources"];
    let fields = |kind: &str| resources[kind].as_object().into_iter().flatten();
    for (name, amount) in fields("limits") {
        demand.set(&["limits", "requests"], name, amount);
    }
    for (name, amount) in fields("requests") {
        demand.set(&["requests"], name, amount);
    }
    demand
}

impl Demand {
    fn set(&mut self, kinds: &[&str], name: &str, amount: &Value) {
        let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
        let Some(amount) = Quantity::parse(&text) else {
            return;
        };
        for kind in kinds {
            self.0.insert(format!("{kind}.{name}"), amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pods_are_counted_with_what_their_containers_ask_for() {
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 3, "template": {"spec": {
            "initContainers": [{"resources": {"requests": {"cpu": 1}}}],
            "containers": [
                {"resources": {"requests": {"cpu": "250m"}, "limits": {"memory": "1Gi"}}},
                {"resources": {"requests": {"cpu": "250m"}}},
            ],
        }}}});
        let demand = Demand::of(&deployment);
        let shown = |name: &str| demand.amount(name).to_string();
        assert_eq!([shown("pods"), shown("requests.cpu")], ["3", "3"]);
        assert_eq!([shown("requests.memory"), shown("limits.memory")], ["3Gi", "3Gi"]);
        let none = Demand::of(&json!({"apiVersion": "v1", "kind": "Service"}));
        assert_eq!(none.amount("pods"), Quantity::default());
        assert_eq!(demand.beyond(&none).count(), 4);
        assert_eq!(none.beyond(&demand).count(), 0);
    }
}
