//! `lint`: what is said of a chart, how it is counted, and how it ends. The texts are those of the real Helm 4.2.4.

use crate::support::TestEnv;

fn chart(env: &TestEnv, folder: &str, template: &str) {
    env.write(
        &format!("{folder}/Chart.yaml"),
        "apiVersion: v2\nname: web\nversion: 1.0.0\nicon: https://example.com/i.png\n",
    );
    env.write(&format!("{folder}/values.yaml"), "size: 1\n");
    env.write(&format!("{folder}/templates/a.yaml"), template);
}

const GOOD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a{{ .Values.size }}\n";
const OLD: &str = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\n";

#[test]
fn a_good_chart_passes() {
    let env = TestEnv::offline();
    chart(&env, "web", GOOD);
    assert_eq!(
        env.cox("lint web").ok(),
        "==> Linting web\n\n1 chart(s) linted, 0 chart(s) failed\n"
    );
    assert_eq!(env.cox("lint web --quiet").ok(), "");
}

#[test]
fn warnings_fail_when_it_is_strict() {
    let env = TestEnv::offline();
    chart(&env, "web", OLD);
    let said = "==> Linting web\n[WARNING] templates/a.yaml: batch/v1beta1 CronJob is deprecated in v1.21+, unavailable \
                in v1.25+; use batch/v1 CronJob\n\n";
    let summary = "1 chart(s) linted, 0 chart(s) failed\n";
    assert_eq!(env.cox("lint web").ok(), format!("{said}{summary}"));
    let strict = env.cox("lint web --strict");
    assert_eq!((strict.code, strict.stdout.as_str()), (1, said));
    assert_eq!(strict.stderr, "Error: 1 chart(s) linted, 1 chart(s) failed\n");
    assert!(!env.cox("lint web --kube-version 1.20.0").ok().contains("WARNING"));
}

#[test]
fn subcharts_and_missing_charts_are_counted() {
    let env = TestEnv::offline();
    chart(&env, "web", GOOD);
    chart(&env, "web/charts/db", "{{ .Values.a.b.c }}");
    let outcome = env.cox("lint web nope --with-subcharts");
    assert_eq!(outcome.stderr, "Error: 3 chart(s) linted, 3 chart(s) failed\n");
    assert!(
        outcome
            .stdout
            .contains("==> Linting web/charts/db\n[ERROR] templates/: web/templates/a.yaml:1:")
    );
    let missing = "==> Linting nope\nError unable to check Chart.yaml file in chart: stat nope/Chart.yaml: no such file \
                   or directory\n\n";
    assert!(outcome.stdout.contains(missing), "{}", outcome.stdout);
}

#[test]
fn a_value_that_null_removed_is_back() {
    let env = TestEnv::offline();
    chart(
        &env,
        "web",
        "{{ if not .Values.size }}{{ .Values.a.b.c }}{{ end }}",
    );
    env.cox("lint web --set size=null").ok();
}
