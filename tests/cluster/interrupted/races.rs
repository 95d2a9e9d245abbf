//! Two at once: one wins, the other is told.

use std::time::Duration;

use super::{end, is_soak, running, write_charts};
use crate::support::proxy::{Act, Proxy};
use crate::support::{Outcome, TestEnv};

#[test]
fn one_of_two_wins() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_charts(&env);
    env.namespace("races");
    let kubeconfig = env.kubeconfig().expect("a kubeconfig").to_owned();
    for round in 0..if is_soak() { 100 } else { 5 } {
        let name = format!("race-{round}");
        let line = format!("install {name} ./one --namespace races");
        let both = [env.start(&kubeconfig, &line), env.start(&kubeconfig, &line)];
        check_outcomes(&both.map(end));
        assert_eq!(env.state("races", &name), running("one"), "{name}");
        env.cox(&format!("uninstall {name} --namespace races")).ok();
    }
}

/// Nobody goes by what he read before he had the lease, however late he gets it.
#[test]
fn who_comes_late_notices() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_charts(&env);
    env.namespace("late");
    let direct = env.kubeconfig().expect("a kubeconfig").to_owned();
    let proxy = Proxy::start(&direct, env.path());
    proxy.set_request_rule(|_, request| {
        if request.method() == "POST" && request.uri().path().ends_with("/leases") {
            Act::Delay(Duration::from_secs(3))
        } else {
            Act::Forward
        }
    });
    let line = "install late ./one --namespace late";
    let slow = env.start(proxy.kubeconfig(), line);
    std::thread::sleep(Duration::from_secs(1));
    let fast = env.start(&direct, line);
    check_outcomes(&[fast, slow].map(end));
    assert_eq!(env.state("late", "late"), running("one"));
}

/// Exactly one succeeds; the other says that the name is taken.
fn check_outcomes(outcomes: &[Outcome]) {
    let losers: Vec<_> = outcomes.iter().filter(|outcome| outcome.code != 0).collect();
    assert_eq!(losers.len(), 1, "{outcomes:?}");
    assert!(
        losers[0]
            .stderr
            .contains("cannot reuse a name that is still in use"),
        "{outcomes:?}"
    );
}
