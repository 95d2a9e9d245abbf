//! `search hub`, on a stand-in for Artifact Hub that answers as its interface for Monocular does.

use crate::support::answers::{Answer, Answers};
use crate::support::{TestEnv, real_helm};

const ANSWER: &str = r#"{"data":[
{"id":"bitnami/web","type":"chart","artifactHub":{"packageUrl":"https://hub.example/packages/helm/bitnami/web"},
 "attributes":{"name":"web","description":"A web server <fast> & small, with a description that is longer than a column","repo":{"name":"bitnami","url":"https://charts.example/bitnami"}},
 "relationships":{"latestChartVersion":{"data":{"version":"1.2.3","app_version":"7"}}}},
{"id":"other/web","type":"chart","attributes":{"name":"web","description":"","repo":{"name":"other","url":"https://o.example"}},
 "relationships":{"latestChartVersion":{"data":{"version":"0.1.0","app_version":""}}}}]}"#;

#[test]
fn a_hub_is_searched_alike() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let hub = Answers::start(|asked| match asked.target.as_str() {
        "/api/chartsvc/v1/charts/search?q=web+server" => {
            Answer::new(200, ANSWER).with("Content-Type", "application/json")
        }
        "/api/chartsvc/v1/charts/search?q=nothing" => Answer::new(200, "{\"data\":[]}"),
        "/api/chartsvc/v1/charts/search?q=junk" => Answer::new(200, "<html>"),
        _ => Answer::new(404, "no"),
    });
    let endpoint = format!("--endpoint http://{}", hub.address());
    for line in [
        format!("search hub web server {endpoint}"),
        format!("search hub web server {endpoint} --list-repo-url"),
        format!("search hub web server {endpoint} --max-col-width 0"),
        format!("search hub web server {endpoint} -o json"),
        format!("search hub web server {endpoint} -o yaml"),
        format!("search hub nothing {endpoint}"),
        format!("search hub nothing {endpoint} --fail-on-no-result"),
        format!("search hub missing {endpoint}"),
        "search hub web --endpoint http://127.0.0.1:1".to_owned(),
        "search hub web --endpoint nowhere".to_owned(),
    ] {
        let (ours, theirs) = (env.run_as_helm(&line), env.run(helm, &line));
        assert_eq!((ours.code, &ours.stdout), (theirs.code, &theirs.stdout), "{line}");
        assert_eq!(ours.stderr, theirs.stderr, "{line}");
    }
    let said = env.cox(&format!("search hub missing {endpoint}")).failed();
    assert!(said.contains("Hint: ") && said.contains("404"), "{said}");
}
