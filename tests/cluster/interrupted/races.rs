//! Two at once: one wins, the other is told.

use super::{end, is_soak, running, write_charts};
use crate::support::TestEnv;

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
        let outcomes = both.map(end);
        let winners = outcomes.iter().filter(|outcome| outcome.code == 0).count();
        assert_eq!(winners, 1, "{outcomes:?}");
        let loser = outcomes
            .iter()
            .find(|outcome| outcome.code != 0)
            .expect("one lost");
        assert!(
            loser.stderr.contains("cannot reuse a name that is still in use"),
            "{loser:?}"
        );
        assert_eq!(env.state("races", &name), running("one"), "{name}");
        env.cox(&format!("uninstall {name} --namespace races")).ok();
    }
}
