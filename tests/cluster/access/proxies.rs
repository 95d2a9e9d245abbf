//! Proxies: that of the kubeconfig, that of the environment, and who is reached without one.

use super::{both, credentials, kubeconfig, port, write_chart};
use crate::support::TestEnv;
use crate::support::tunnel::Tunnel;

/// Variables, the kubeconfig, and how many of the two programs come through.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, usize);

/// A name that no name server knows, and that the server's certificate has.
const NAME: &str = "kubernetes.default.svc";

#[test]
fn requests_go_through_the_proxy() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env);
    env.namespace("proxied");
    let [server, authority, token] = credentials(&env);
    let port = port(&server);
    let user = format!("{{token: {token}}}");
    let cluster = |more: &str| {
        format!("{{server: \"https://{NAME}:{port}\", certificate-authority-data: {authority}{more}}}")
    };
    let proxy = Tunnel::start();
    let url = proxy.url("");
    let with_password = proxy.url("some%40body:secret@");
    env.write("plain.yaml", &kubeconfig(&cluster(""), &user));
    env.write(
        "own.yaml",
        &kubeconfig(&cluster(&format!(", proxy-url: \"{url}\"")), &user),
    );
    let secret = format!(", proxy-url: \"{with_password}\"");
    env.write("secret.yaml", &kubeconfig(&cluster(&secret), &user));
    let dead = "http://127.0.0.1:1";
    let socks = format!(", proxy-url: \"{}\"", proxy.socks_url());
    env.write("socks.yaml", &kubeconfig(&cluster(&socks), &user));
    let socks = proxy.socks_url();
    let cases: [Case; 11] = [
        (&[], "socks.yaml", 2),
        (&[("HTTPS_PROXY", &socks)], "plain.yaml", 2),
        (&[], "plain.yaml", 0),
        (&[], "own.yaml", 2),
        (&[], "secret.yaml", 2),
        (&[("HTTPS_PROXY", &url)], "plain.yaml", 2),
        (
            &[("https_proxy", url.trim_start_matches("http://"))],
            "plain.yaml",
            2,
        ),
        (&[("HTTP_PROXY", &url)], "plain.yaml", 0),
        (
            &[("HTTPS_PROXY", &url), ("NO_PROXY", "a.test,.svc")],
            "plain.yaml",
            0,
        ),
        (
            &[("HTTPS_PROXY", &url), ("NO_PROXY", "127.0.0.1")],
            "plain.yaml",
            2,
        ),
        (&[("HTTPS_PROXY", dead), ("NO_PROXY", "*")], "own.yaml", 2),
    ];
    for case in cases {
        play(&env, &proxy, case);
    }
    for words in ["install a ./one", "upgrade a ./one --wait", "uninstall a --wait"] {
        let [ours, _] = both(&env, &[("HTTPS_PROXY", &url)], &line("plain.yaml", words));
        ours.ok();
    }
}

fn line(file: &str, words: &str) -> String {
    format!("{words} --kubeconfig {file} --namespace proxied")
}

fn play(env: &TestEnv, proxy: &Tunnel, (variables, file, expected): Case) {
    proxy.forget();
    let outcomes = both(env, variables, &line(file, "list -q"));
    let came = outcomes.iter().filter(|outcome| outcome.code == 0).count();
    assert_eq!(came, expected, "{variables:?} {file}: {outcomes:?}");
    let asked = proxy.asked();
    assert_eq!(asked.is_empty(), expected == 0, "{variables:?} {file}: {asked:?}");
    let password = "proxy-authorization: Basic c29tZUBib2R5OnNlY3JldA==";
    let knows = asked.iter().filter(|head| head.contains(password)).count();
    assert_eq!(
        knows,
        if file == "secret.yaml" { asked.len() } else { 0 },
        "{asked:?}"
    );
}

#[test]
fn this_machine_is_reached_directly() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let dead = [
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
    ];
    for outcome in both(&env, &dead, "list --namespace default") {
        outcome.ok();
    }
}

#[test]
fn a_proxy_that_is_down_is_said_to_be() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let [_, authority, token] = credentials(&env);
    let cluster = format!(
        "{{server: \"https://{NAME}\", certificate-authority-data: {authority}, proxy-url: \"http://127.0.0.1:1\"}}"
    );
    env.write("own.yaml", &kubeconfig(&cluster, &format!("{{token: {token}}}")));
    for outcome in both(&env, &[], "list --kubeconfig own.yaml --namespace default") {
        let error = outcome.failed();
        assert!(
            error.contains("kubernetes cluster unreachable: Get ") && error.contains("connection refused"),
            "{error}"
        );
    }
}
