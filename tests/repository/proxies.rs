//! A proxy in between, as the environment says, for `cox` and for `helm`.

use super::site;
use crate::support::answers::{Answer, Answers};
use crate::support::{Outcome, TestEnv, real_helm, words};

#[test]
fn charts_come_through_the_proxy() {
    let Some(helm) = real_helm() else { return };
    let cox = std::path::Path::new(env!("CARGO_BIN_EXE_cox"));
    for program in [cox, helm] {
        let env = TestEnv::offline();
        let _web = site(&env);
        let folder = env.path().join("site");
        let proxy = Answers::start(move |asked| {
            let file = asked.target.strip_prefix("http://charts.test/");
            match file.map(|file| std::fs::read(folder.join(file))) {
                Some(Ok(bytes)) => Answer::new(200, bytes),
                _ => Answer::new(404, ""),
            }
        });
        let through = |name: &str, value: &str, line: &str| -> Outcome {
            let mut command = env.command(program);
            command.env(name, value).args(words(line));
            command.output().expect("the program starts").into()
        };
        let url = format!("http://me:s3cret@{}", proxy.address());
        let add = "repo add a http://charts.test";
        through("HTTP_PROXY", &url, add).ok();
        through("http_proxy", &url, "pull a/web").ok();
        let asked = proxy.asked();
        let targets: Vec<&str> = asked.iter().map(|asked| asked.target.as_str()).collect();
        assert_eq!(
            targets,
            [
                "http://charts.test/index.yaml",
                "http://charts.test/web-1.2.0.tgz"
            ]
        );
        // base64 of `me:s3cret`.
        assert!(asked.iter().all(
            |asked| asked.headers.get("proxy-authorization").map(String::as_str)
                == Some("Basic bWU6czNjcmV0")
        ));
        // One that is not there is an error that names it, without the password.
        let said = through("HTTP_PROXY", "http://me:s3cret@127.0.0.1:1", "repo update").stdout;
        assert!(
            said.contains("127.0.0.1:1: connect: connection refused"),
            "{said}"
        );
        assert!(!said.contains("s3cret"), "{said}");
    }
}
