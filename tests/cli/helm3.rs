//! What scripts of Helm 3 still say: taken where it is clear what they mean, with one hint on standard error, whatever
//! the program is called.

use crate::support::{Outcome, TestEnv};

/// Runs a line under both names; both must say the same, which is returned.
fn both(env: &TestEnv, line: &str) -> Outcome {
    let (ours, helm) = (env.cox(line), env.run_as_helm(line));
    assert_eq!(ours, helm, "{line}");
    helm
}

#[test]
fn what_helm_4_does_by_itself_may_still_be_asked_for() {
    let env = TestEnv::offline();
    let plain = env.run_as_helm("version").ok();
    let short = env.run_as_helm("version --short").ok();
    for (line, expected) in [
        ("version -c", &plain),
        ("version --client", &plain),
        ("version -c --short", &short),
        ("version --client=false", &plain),
    ] {
        let outcome = both(&env, line);
        let hints = usize::from(!line.contains("=false"));
        assert_eq!(
            outcome
                .stderr
                .matches("Hint: --client is a flag of Helm 3")
                .count(),
            hints,
            "{line}"
        );
        assert_eq!(outcome.stderr.lines().count(), hints, "{line}");
        assert_eq!(outcome.ok(), *expected, "{line}");
    }
}

#[test]
fn what_is_listed_is_all_there_is() {
    let Some(env) = TestEnv::on_cluster() else { return };
    env.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
    env.write("c/templates/NOTES.txt", "hello\n");
    for name in ["one", "two"] {
        env.helm(&format!("install {name} ./c -n helm-three --create-namespace"))
            .ok();
    }
    env.helm("uninstall two -n helm-three --keep-history").ok();
    let all = env.helm("list -q -n helm-three").ok();
    assert_eq!(all, "one\ntwo\n");
    for flags in ["-aq", "-a -q", "--all --short", "-qa --deployed"] {
        let outcome = both(&env, &format!("list {flags} -n helm-three"));
        assert_eq!(
            outcome.stderr.matches("Hint: --all is a flag of Helm 3").count(),
            1,
            "{flags}"
        );
        assert_eq!(outcome.ok(), all, "{flags}");
    }
    let status = env.helm("status one -n helm-three").ok();
    let outcome = both(&env, "status one -n helm-three --show-desc --show-resources");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    assert_eq!(outcome.ok(), status);
}

#[test]
fn what_is_no_more_is_refused_with_the_reason() {
    let env = TestEnv::offline();
    for command in ["init", "tiller", "chart"] {
        let ours = env.cox(command).failed();
        let helm = env.run_as_helm(command).failed();
        assert!(
            ours.starts_with(&format!("Error: unknown command {command:?} for \"cox\"\n")),
            "{ours}"
        );
        assert_eq!(ours.matches("\nHint: ").count(), 1, "{ours}");
        assert!(!helm.contains("Hint: "), "{helm}");
    }
}
