//! TLS: whom we trust, and who we are, in Helm's words where it does not work.

use super::site;
use crate::support::certificates::Certificates;
use crate::support::tls::{Guests, front};
use crate::support::{TestEnv, real_helm};

#[test]
fn servers_and_clients_prove_who_they_are() {
    let Some(helm) = real_helm() else { return };
    let (ours, theirs) = (TestEnv::offline(), TestEnv::offline());
    let web = site(&ours);
    for env in [&ours, &theirs] {
        Certificates::new(env.path());
    }
    let files = [
        "ca.pem",
        "server.pem",
        "server-key.pem",
        "expired.pem",
        "expired-key.pem",
        "client.pem",
        "client-key.pem",
    ];
    for file in files {
        std::fs::copy(ours.path().join(file), theirs.path().join(file)).unwrap();
    }
    let good = front(&web.url(), ours.path(), "server", Guests::All);
    let old = front(&web.url(), ours.path(), "expired", Guests::All);
    let closed = front(&web.url(), ours.path(), "server", Guests::Known);
    for line in [
        format!("repo add a {good}"),
        format!("repo add a {good} --ca-file ca.pem"),
        format!("repo add b {good} --insecure-skip-tls-verify"),
        format!("repo add c {closed} --ca-file ca.pem"),
        format!("repo add c {closed} --ca-file ca.pem --cert-file client.pem --key-file client-key.pem"),
        format!("repo add d {good} --ca-file nothing.pem"),
        format!("repo add d {good} --ca-file client-key.pem"),
        format!("show chart web --repo {good} --ca-file ca.pem"),
        format!("show chart web --repo {good}"),
        "show chart a/web".to_owned(),
        "show chart c/web".to_owned(),
        "repo update".to_owned(),
    ] {
        let (our, their) = (ours.run_as_helm(&line), theirs.run(helm, &line));
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!((our.code, our.stderr), (their.code, their.stderr), "{line}");
        assert_eq!(sorted(&our.stdout), sorted(&their.stdout), "{line}");
    }
    // Go adds the two times, and what time it is.
    let expired = format!("repo add e {old} --ca-file ca.pem");
    let words = "tls: failed to verify certificate: x509: certificate has expired or is not yet valid";
    assert!(theirs.run(helm, &expired).failed().contains(words));
    let error = ours.cox(&expired).failed();
    assert!(error.contains(words), "{error}");
}
