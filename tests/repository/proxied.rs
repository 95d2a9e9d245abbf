//! Through a proxy: repositories and registries, in clear and by tunnels, both programs alike.

use std::path::Path;

use super::site;
use crate::support::certificates::Certificates;
use crate::support::forward::Forward;
use crate::support::registry::{Kind, Registry};
use crate::support::tls::{Guests, front};
use crate::support::{Outcome, TestEnv, real_helm, words};

/// What is done, and what the proxy is to see of it.
const LINES: &[(&str, &str)] = &[
    (
        "repo add p http://charts.example",
        "GET http://charts.example/index.yaml",
    ),
    (
        "repo add s https://charts.example --insecure-skip-tls-verify",
        "CONNECT charts.example:443",
    ),
    ("pull p/web -d .", "GET http://charts.example/web-1.2.0.tgz"),
    (
        "push site/web-1.2.0.tgz oci://registry.example/team --plain-http",
        "PUT http://registry.example/v2/team/web/manifests/",
    ),
    (
        "pull oci://registry.example/team/web --plain-http",
        "GET http://registry.example/v2/team/web/tags/list",
    ),
    (
        "push site/web-1.2.0.tgz oci://registry.example/team --insecure-skip-tls-verify",
        "CONNECT registry.example:443",
    ),
];

/// Runs a program with a proxy in its environment.
fn through(env: &TestEnv, (program, proxy): (&Path, &str), (line, none_for): (&str, &str)) -> Outcome {
    let mut command = env.command(program);
    command
        .args(words(line))
        .env("HTTP_PROXY", proxy)
        .env("HTTPS_PROXY", proxy)
        .env("NO_PROXY", none_for);
    command.output().expect("the program starts").into()
}

#[test]
fn everything_goes_through_a_proxy_but_what_is_left_out() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let (plain, encrypted) = (TestEnv::offline(), TestEnv::offline());
    let (Some(open), Some(tls)) = (
        Registry::start(&plain, Kind::Open),
        Registry::start(&encrypted, Kind::Tls),
    ) else {
        return;
    };
    let web = site(&env);
    Certificates::new(env.path());
    let secure = front(&web.url(), env.path(), "server", Guests::All);
    let secure = secure.replace("https://localhost", "127.0.0.1");
    let forward = Forward::start(&[
        ("charts.example:80", web.url().trim_start_matches("http://")),
        ("charts.example:443", &secure),
        ("registry.example:80", &open.address),
        ("registry.example:443", &tls.address),
    ]);
    let proxy = forward.url();
    let cox = Path::new(env!("CARGO_BIN_EXE_cox"));
    for program in [helm, cox] {
        let home = env.path().join(if program == cox { "ours" } else { "theirs" });
        std::fs::create_dir_all(&home).expect("folders can be made");
        for (line, expected) in LINES {
            let line = format!(
                "{line} --repository-config {0}/repositories.yaml --repository-cache {0}/cache --content-cache {0}/content --debug",
                home.display()
            );
            let said = through(&env, (program, &proxy), (&line, "elsewhere.example"));
            let printed = format!("{}{}", said.stdout, said.stderr);
            assert!(
                program == helm || !printed.contains("proxysecret"),
                "{line}\n{printed}"
            );
            said.ok();
            let seen = forward.seen();
            assert!(
                seen.iter().any(|seen| seen.starts_with(*expected)),
                "{line}: {seen:?}"
            );
        }
    }
    left_out(&env, helm, &forward);
}

/// What is left out is looked for directly, where nobody knows the name. A proxy that says no is told of without the
/// password for it.
fn left_out(env: &TestEnv, helm: &Path, forward: &Forward) {
    let (proxy, cox) = (forward.url(), Path::new(env!("CARGO_BIN_EXE_cox")));
    for program in [helm, cox] {
        let line = "show chart x --repo http://charts.example";
        let said = through(env, (program, &proxy), (line, "charts.example")).failed();
        assert!(
            said.contains("no such host") || said.contains("lookup charts.example"),
            "{said}"
        );
        assert!(forward.seen().is_empty());
    }
    let wrong = proxy.replace("proxysecret", "other");
    let said = through(
        env,
        (cox, &wrong),
        ("show chart x --repo http://charts.example", ""),
    )
    .failed();
    assert!(said.contains("407") && !said.contains("other"), "{said}");
}
