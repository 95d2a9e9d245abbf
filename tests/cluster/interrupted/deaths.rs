//! The program is killed at a request, before the server hears of it or after it has answered. The same command brings the
//! release to where it was to go.

use super::{State, end, is_soak, running, write_charts};
use crate::support::TestEnv;
use crate::support::proxy::{Act, Proxy};

/// A way to go, and what is there before and after.
struct Way {
    verb: &'static str,
    before: &'static [&'static str],
    command: &'static str,
    target: fn() -> State,
}

const WAYS: [Way; 4] = [
    Way {
        verb: "install",
        before: &[],
        command: "install NAME ./one",
        target: || running("one"),
    },
    Way {
        verb: "upgrade",
        before: &["install NAME ./one"],
        command: "upgrade NAME ./two --install",
        target: || running("two"),
    },
    Way {
        verb: "rollback",
        before: &["install NAME ./one", "upgrade NAME ./two"],
        command: "rollback NAME",
        target: || running("one"),
    },
    Way {
        verb: "uninstall",
        before: &["install NAME ./one"],
        command: "uninstall NAME",
        target: State::default,
    },
];

#[test]
fn death_at_a_request_is_made_up_for() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_charts(&env);
    env.namespace("deaths");
    let proxy = Proxy::start(env.kubeconfig().expect("a kubeconfig"), env.path());
    let mut points = 0;
    for way in &WAYS {
        let mut request = 0;
        loop {
            request += 1;
            let acts: &[Act] = &[Act::KillBefore, Act::KillAfter];
            // The sample: one side of every third request, another one for each verb.
            let is_in_sample = (request + way.verb.len()) % 3 == 0;
            let acts = match (is_soak(), is_in_sample) {
                (true, _) => acts,
                (false, true) => &acts[request % 2..=request % 2],
                (false, false) => &[],
            };
            let went_on = acts
                .iter()
                .all(|act| die_and_go_on(&env, &proxy, way, (request, *act)));
            points += acts.len();
            if !went_on || request > 100 {
                break;
            }
        }
    }
    assert!(!is_soak() || points >= 100, "only {points} points");
}

/// Returns whether there was such a request to die at.
fn die_and_go_on(env: &TestEnv, proxy: &Proxy, way: &Way, (request, act): (usize, Act)) -> bool {
    let side = if act == Act::KillBefore { "before" } else { "after" };
    let name = format!("{}-{request}-{side}", way.verb);
    let line = |command: &str| format!("{} --namespace deaths", command.replace("NAME", &name));
    for command in way.before {
        env.cox(&line(command)).ok();
    }
    proxy.set_rule(move |number| if number == request { act } else { Act::Forward });
    let child = env.start(proxy.kubeconfig(), &line(way.command));
    proxy.aim_at(child.id());
    let outcome = end(child);
    let was_killed = outcome.code == -1;
    assert!(was_killed || outcome.code == 0, "{name}: {outcome:?}");
    let target = (way.target)();
    if was_killed && env.state("deaths", &name) != target {
        let again = env.cox(&line(way.command));
        let is_done = again.stderr.contains("cannot reuse a name that is still in use");
        assert!(again.code == 0 || is_done, "{name}: {again:?}");
    }
    assert_eq!(env.state("deaths", &name), target, "{name}");
    if target.deployed > 0 {
        let status = env.helm(&line("status NAME -o json")).ok();
        assert!(status.contains("\"status\":\"deployed\""), "{name}: {status}");
        env.cox(&line("uninstall NAME")).ok();
    }
    assert_eq!(env.state("deaths", &name), State::default(), "{name}");
    was_killed
}
