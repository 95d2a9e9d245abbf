//! chart-testing: the command lines of its `pkg/tool/helm.go`, in the order of `ct lint` and `ct install --upgrade`.

use super::{copy, own_namespace, same_in_namespaces};
use crate::cli::plugins::Sides;
use crate::support::TestEnv;

#[test]
fn charts_are_linted_installed_and_tested_as_with_helm() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let Some(sides) = Sides::in_environment(env) else {
        return;
    };
    for side in [0, 1] {
        let folder = own_namespace("charts", side);
        copy("project/charts/web", &sides.env.path().join(&folder).join("web"));
        let file = |name: &str, text: &str| sides.env.write(&format!("{folder}/shop/{name}"), text);
        file(
            "Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.x.x, repository: 'file://../web'}\n",
        );
        file("ci/two-values.yaml", "web: {replicas: 2}\n");
        file("templates/NOTES.txt", "There are {{ .Values.web.replicas }}.\n");
    }
    let same = |line: &str| same_in_namespaces(&sides, "charts", line, &[]);
    assert_eq!(same("version --template '{{ .Version }}'").ok(), "v4.2.4\n");
    same("dependency build NS/shop").ok();
    same("dependency build NS/shop --skip-refresh").ok();
    same("lint NS/shop").ok();
    same("lint NS/shop --values NS/shop/ci/two-values.yaml --strict");
    same(
        "install shop-1 NS/shop --namespace NS --create-namespace --wait --values NS/shop/ci/two-values.yaml",
    )
    .ok();
    same("test shop-1 --namespace NS").ok();
    same("upgrade shop-1 NS/shop --namespace NS --reuse-values --wait").ok();
    same("test shop-1 --namespace NS").ok();
    same("uninstall shop-1 --namespace NS --wait").ok();
    same("uninstall shop-1 --namespace NS").failed();
}
