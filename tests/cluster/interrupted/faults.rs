//! Servers that are busy or fail for a while, connections that break, slow networks.

use std::time::Duration;

use super::{end, running, write_charts};
use crate::support::TestEnv;
use crate::support::proxy::{Act, Proxy};

type Decision = fn(usize) -> Act;

#[test]
fn passing_faults_end_nothing() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_charts(&env);
    env.namespace("faults");
    let proxy = Proxy::start(env.kubeconfig().expect("a kubeconfig"), env.path());
    let rules: [(&str, Decision); 5] = [
        ("busy", |n| {
            if n % 4 == 0 {
                Act::Refuse(429, Some(0))
            } else {
                Act::Forward
            }
        }),
        ("put-off", |n| {
            if n == 5 || n == 9 {
                Act::Refuse(503, Some(1))
            } else {
                Act::Forward
            }
        }),
        ("failing", |n| {
            if matches!(n, 8..=12 | 16..=20) {
                Act::Refuse(500, None)
            } else {
                Act::Forward
            }
        }),
        ("cut", |n| {
            if n > 6 && n % 3 == 0 {
                Act::CutBefore
            } else {
                Act::Forward
            }
        }),
        ("slow", |_| Act::Delay(Duration::from_millis(20))),
    ];
    for (name, rule) in rules {
        for (command, target) in [("install NAME ./one", "one"), ("upgrade NAME ./two", "two")] {
            proxy.set_rule(rule);
            let line = format!("{} --namespace faults", command.replace("NAME", name));
            let outcome = end(env.start(proxy.kubeconfig(), &line));
            assert_eq!(outcome.code, 0, "{name}: {outcome:?}");
            assert!(proxy.count() > 5, "{name}");
            assert_eq!(env.state("faults", name), running(target), "{name}");
        }
        env.cox(&format!("uninstall {name} --namespace faults")).ok();
    }
}

#[test]
fn a_record_whose_answer_was_lost_is_found_again() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_charts(&env);
    env.namespace("lost");
    let proxy = Proxy::start(env.kubeconfig().expect("a kubeconfig"), env.path());
    for request in 5..12 {
        let name = format!("lost-{request}");
        proxy.set_rule(move |number| {
            if number == request {
                Act::CutAfter
            } else {
                Act::Forward
            }
        });
        let line = format!("install {name} ./one --namespace lost");
        let outcome = end(env.start(proxy.kubeconfig(), &line));
        assert_eq!(outcome.code, 0, "{name}: {outcome:?}");
        assert_eq!(env.state("lost", &name), running("one"), "{name}");
        env.cox(&format!("uninstall {name} --namespace lost")).ok();
    }
}
