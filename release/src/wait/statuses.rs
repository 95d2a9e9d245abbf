//! The rules of `ready` beside kstatus itself: `testdata/statuses`, made by `tests/controlplane/helm/statuses`. Paused
//! Deployments are not there: Helm leaves them out before it asks kstatus.

use std::path::Path;

use kube::core::DynamicObject;
use serde::Deserialize;

use super::{Goal, ready};

#[derive(Deserialize)]
struct Answer {
    status: String,
    message: String,
}

#[test]
fn objects_are_judged_as_kstatus_judges_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/statuses");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let objects: Vec<DynamicObject> = serde_json::from_str(&read("objects.json")).unwrap();
    let answers: Vec<Answer> = serde_json::from_str(&read("results.json")).unwrap();
    assert_eq!(objects.len(), answers.len());
    let mut faults = Vec::new();
    for (object, answer) in objects.iter().zip(answers) {
        let ours = ready::status(object, Goal::Ready);
        if (ours.name(), ours.message()) != (answer.status.as_str(), answer.message.as_str()) {
            let shown = serde_json::to_string(object).unwrap();
            faults.push(format!(
                "{shown}\n  kstatus: {} {}\n  cox: {} {}",
                answer.status,
                answer.message,
                ours.name(),
                ours.message()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
