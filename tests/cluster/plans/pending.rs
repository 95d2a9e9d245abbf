//! Plans of releases that somebody is, or was, at work on: they say what the command would do.

use crate::cluster::interrupted::leases::{leave_pending, released};
use crate::support::TestEnv;

const UPGRADE: &str = "upgrade web ./two --namespace";

#[test]
fn what_a_dead_one_left_would_be_taken_over() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let namespace = "plan-after-death";
    released(&env, namespace);
    leave_pending(&env, namespace, Some(60));
    // The lease counts from when the server made it.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let history = || env.cox(&format!("history web --namespace {namespace}")).ok();
    let before = history();
    let said = env.cox(&format!("plan {UPGRADE} {namespace} --save web.plan"));
    assert_eq!(said.code, 3, "{said:?}");
    let words = "! revision 2 is pending-upgrade, and elsewhere (pid 7) began to work on the release and has gone: it would be \
                 marked failed, and the release taken over";
    assert!(said.stdout.contains(words), "{}", said.stdout);
    assert!(said.stdout.contains("→ revision 3"), "{}", said.stdout);
    assert_eq!(history(), before, "a plan changes nothing");
    env.cox("apply web.plan").ok();
    let after = history();
    assert!(
        after.contains("failed: abandoned by elsewhere (pid 7)") && after.contains("deployed"),
        "{after}"
    );
    env.cox(&format!("uninstall web --namespace {namespace}")).ok();
}

#[test]
fn a_living_one_is_in_the_way_of_a_plan_as_of_its_command() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let namespace = "plan-beside";
    released(&env, namespace);
    leave_pending(&env, namespace, Some(-3600));
    // How long to wait is told in seconds, which go by between the two.
    let told = |command: &str| {
        let error = env.cox(&format!("{command} {namespace}")).failed();
        error.split("takes over in").next().map(str::to_owned)
    };
    let planned = told(&format!("plan {UPGRADE}")).expect("a text");
    assert!(planned.contains("in progress by elsewhere"), "{planned}");
    assert_eq!(Some(planned), told(UPGRADE));
}

#[test]
fn what_nobody_holds_is_taken_over_if_that_is_asked_for() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let namespace = "plan-unowned";
    released(&env, namespace);
    leave_pending(&env, namespace, None);
    let planned = env.cox(&format!("plan {UPGRADE} {namespace}")).failed();
    assert!(planned.contains("is in progress\n"), "{planned}");
    let said = env.cox(&format!("plan {UPGRADE} {namespace} --take-over"));
    assert_eq!(said.code, 3, "{said:?}");
    let words = "revision 2 is pending-upgrade, and nobody is known to work on it: it would be marked failed";
    assert!(said.stdout.contains(words), "{}", said.stdout);
}
