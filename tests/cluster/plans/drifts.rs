//! Saved plans, carried out after something has moved: each kind of drift is refused, with its reason, and nothing is done.

use serde_json::{Value, json};

use crate::cluster::scenarios::snapshot::Api;
use crate::support::{Outcome, TestEnv};

/// A release with a plan for its next revision.
struct Planned {
    env: TestEnv,
    api: Api,
    namespace: String,
}

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

/// Revision 2 changes `a`, leaves `b` as it is, makes `new` and deletes `old`.
const TEMPLATE: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {size: {{ .Values.size | quote }}, color: red}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
data: {color: blue}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Values.name }}}
data: {color: green}
";

impl Planned {
    /// Installs, and plans an upgrade.
    fn new(drift: &str) -> Option<Self> {
        let env = TestEnv::on_cluster()?;
        let planned = Planned {
            api: Api::of(&env),
            env,
            namespace: format!("drift-{drift}"),
        };
        planned.env.write("shop/Chart.yaml", CHART);
        planned.env.write("shop/templates/all.yaml", TEMPLATE);
        planned.env.write("one.yaml", "size: 1\nname: old\n");
        planned.env.write("two.yaml", "size: 2\nname: new\n");
        planned
            .cox("install web ./shop -f one.yaml --create-namespace")
            .ok();
        let plan = planned.cox("plan upgrade web ./shop -f two.yaml --save plan.json");
        assert_eq!(plan.code, 2, "{}{}", plan.stdout, plan.stderr);
        Some(planned)
    }

    fn cox(&self, line: &str) -> Outcome {
        self.env.cox(&format!("{line} --namespace {}", self.namespace))
    }

    fn config_map(&self, name: &str, data: &Value) -> Value {
        let metadata = json!({"name": name, "namespace": self.namespace});
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
    }

    fn size(&self) -> Option<String> {
        let path = format!("/api/v1/namespaces/{}/configmaps/a", self.namespace);
        Some(self.api.get(&path)?["data"]["size"].as_str()?.to_owned())
    }

    /// Carries the plan out; it must be refused with these words, and nothing done.
    #[track_caller]
    fn refused(&self, words: &str) {
        let before = self
            .env
            .cox(&format!("history web --namespace {}", self.namespace))
            .stdout;
        let size = self.size();
        let error = self.cox("apply plan.json").failed();
        assert!(error.contains(words), "{error}");
        assert_eq!(self.size(), size);
        assert_eq!(
            self.env
                .cox(&format!("history web --namespace {}", self.namespace))
                .stdout,
            before
        );
    }
}

#[test]
fn a_plan_is_carried_out_as_long_as_all_is_as_it_was() {
    let Some(planned) = Planned::new("none") else {
        return;
    };
    // What the plan does not touch is nobody's business.
    let note = json!({"annotations": {"note": "by hand"}});
    let mut other = planned.config_map("a", &json!({"extra": "by hand"}));
    other["metadata"]["annotations"] = note["annotations"].clone();
    planned.api.patch(&other, "somebody");
    planned.cox("apply plan.json").ok();
    assert_eq!(planned.size().as_deref(), Some("2"));
    planned.refused("revision 1 ran when the plan was made, now it is revision 2");
}

#[test]
fn a_field_that_changes_was_changed_by_hand() {
    let Some(planned) = Planned::new("field") else {
        return;
    };
    planned
        .api
        .patch(&planned.config_map("a", &json!({"size": "7"})), "kubectl-edit");
    planned.refused("ConfigMap/a in namespace drift-field has changed: .data.size");
}

#[test]
fn a_field_that_stays_was_changed_by_hand() {
    let Some(planned) = Planned::new("other-field") else {
        return;
    };
    planned.api.patch(
        &planned.config_map("b", &json!({"color": "pink"})),
        "kubectl-edit",
    );
    planned.refused("ConfigMap/b in namespace drift-other-field: planned was nothing, now it would be update: .data.color");
}

#[test]
fn an_object_is_gone() {
    let Some(planned) = Planned::new("gone") else {
        return;
    };
    planned.api.delete(&planned.config_map("b", &json!({})));
    planned.refused("ConfigMap/b in namespace drift-gone is gone");
}

#[test]
fn an_object_was_made_anew() {
    let Some(planned) = Planned::new("anew") else {
        return;
    };
    let path = "/api/v1/namespaces/drift-anew/configmaps/b";
    let live = planned.api.get(path).expect("it is there");
    planned.api.delete(&planned.config_map("b", &json!({})));
    let mut same = planned.config_map("b", &live["data"]);
    same["metadata"]["labels"] = live["metadata"]["labels"].clone();
    same["metadata"]["annotations"] = live["metadata"]["annotations"].clone();
    planned.api.apply(&same, "helm");
    planned.refused("ConfigMap/b in namespace drift-anew was deleted and made anew");
}

#[test]
fn an_object_that_is_to_be_made_is_there() {
    let Some(planned) = Planned::new("there") else {
        return;
    };
    planned
        .api
        .apply(&planned.config_map("new", &json!({"a": "b"})), "somebody");
    planned.refused("ConfigMap/new in namespace drift-there is there by now");
}

#[test]
fn an_object_that_is_to_go_has_gone() {
    let Some(planned) = Planned::new("went") else {
        return;
    };
    planned.api.delete(&planned.config_map("old", &json!({})));
    planned.refused("ConfigMap/old in namespace drift-went would not be touched now");
}

#[test]
fn somebody_owns_a_field_now() {
    let Some(planned) = Planned::new("owner") else {
        return;
    };
    let mine = planned.config_map("a", &json!({"size": "1"}));
    // Helm has it, too, as long as both want the same.
    planned.api.apply(&mine, "somebody");
    planned.refused("ConfigMap/a in namespace drift-owner");
}

#[test]
fn the_release_moved_on() {
    let Some(planned) = Planned::new("release") else {
        return;
    };
    planned.cox("upgrade web ./shop -f one.yaml --set size=5").ok();
    planned.refused("release web: revision 1 ran when the plan was made, now it is revision 2");
}

#[test]
fn the_release_is_gone() {
    let Some(planned) = Planned::new("uninstalled") else {
        return;
    };
    planned.cox("uninstall web").ok();
    planned.refused("the plan cannot be made any more: UPGRADE FAILED: \"web\" has no deployed releases");
}

#[test]
fn the_chart_is_another_one() {
    let Some(planned) = Planned::new("chart") else {
        return;
    };
    planned
        .env
        .write("shop/templates/all.yaml", &format!("{TEMPLATE}# more\n"));
    planned.refused("release web: the chart is another one than was planned with");
}

#[test]
fn the_values_are_other_ones() {
    let Some(planned) = Planned::new("values") else {
        return;
    };
    planned.env.write("two.yaml", "size: 3\nname: new\n");
    planned.refused("release web: the values are other ones than were planned with");
}

#[test]
fn it_is_another_cluster() {
    let Some(planned) = Planned::new("cluster") else {
        return;
    };
    let kubeconfig = planned.env.kubeconfig().expect("there is a cluster");
    let text = std::fs::read_to_string(kubeconfig).expect("it can be read");
    assert!(text.contains("127.0.0.1"), "{text}");
    planned
        .env
        .write("other.yaml", &text.replace("127.0.0.1", "localhost"));
    let mut command = planned.env.command(env!("CARGO_BIN_EXE_cox").as_ref());
    command
        .env("KUBECONFIG", planned.env.path().join("other.yaml"))
        .args(["apply", "plan.json"]);
    let outcome: Outcome = command.output().expect("the program starts").into();
    let error = outcome.failed();
    assert!(
        error.contains("the plan is for https://127.0.0.1")
            && error.contains("and this is https://localhost"),
        "{error}"
    );
}

#[test]
fn the_plan_itself_was_changed() {
    let Some(planned) = Planned::new("forged") else {
        return;
    };
    let path = planned.env.path().join("plan.json");
    let text = std::fs::read_to_string(&path).expect("there is a plan");
    std::fs::write(&path, text.replace("\"2\"", "\"200\"")).expect("it can be written");
    planned.refused("the plan plan.json was changed since it was made, or the key is that of another plan");
}

#[test]
fn what_moved_can_be_looked_at_and_accepted() {
    let Some(planned) = Planned::new("refresh") else {
        return;
    };
    planned
        .api
        .patch(&planned.config_map("a", &json!({"size": "7"})), "kubectl-edit");
    let shown = planned.cox("apply plan.json --refresh").ok();
    assert_eq!(
        shown,
        "ConfigMap/a in namespace drift-refresh has changed: .data.size\n"
    );
    assert_eq!(planned.size().as_deref(), Some("7"));
    // The server would refuse it, so nothing is begun.
    planned.refused("conflict with \"kubectl-edit\" using v1: .data.size");
    let again = planned.cox("plan upgrade web ./shop -f two.yaml --force-conflicts --save plan.json");
    assert_eq!(again.code, 2, "{}{}", again.stdout, again.stderr);
    planned.cox("apply plan.json").ok();
    assert_eq!(planned.size().as_deref(), Some("2"));
}
