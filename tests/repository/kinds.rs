//! The same exchange on every kind of web server: who adds, pulls, verifies and builds is once `cox` and once `helm`.

use super::site;
use crate::support::certificates::Certificates;
use crate::support::gnupg::Gnupg;
use crate::support::tls::{Guests, front};
use crate::support::web::Web;
use crate::support::{Outcome, TestEnv, real_helm};

/// A kind of server: what it is, its URL, and the flags of `repo add`.
type Kind<'a> = (&'a str, String, &'a str);

/// base64 of `me:hunter2`.
const PASSWORD: &str = "bWU6aHVudGVyMg==";

#[test]
fn every_kind_of_server_serves_both() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let Some(gnupg) = Gnupg::new(&env) else { return };
    let open = signed_site(&env, &gnupg);
    Certificates::new(env.path());
    let closed = Web::serve(&env.path().join("site"));
    closed.require(PASSWORD);
    let museum = museum(&env);
    let kinds: [Kind; 5] = [
        ("plain", open.url(), ""),
        ("basic", closed.url(), "--username me --password hunter2"),
        ("museum", museum.url(), "--username me --password hunter2"),
        (
            "tls",
            front(&open.url(), env.path(), "server", Guests::All),
            "--ca-file ca.pem",
        ),
        (
            "mutual",
            front(&open.url(), env.path(), "server", Guests::Known),
            "--ca-file ca.pem --cert-file client.pem --key-file client-key.pem",
        ),
    ];
    let run = |side: &str, line: &str| match side {
        "cox" => env.cox(line),
        _ => env.run(helm, line),
    };
    for kind in kinds {
        exchange(&env, &run, &kind);
    }
}

/// A site whose charts are signed.
fn signed_site(env: &TestEnv, gnupg: &Gnupg) -> Web {
    let web = site(env);
    gnupg.make_key("Rosa <rosa@example.com>", "ed25519 sign never", "");
    for (file, what) in [("public", "--export"), ("secret", "--export-secret-keys")] {
        std::fs::write(env.path().join(file), gnupg.run(&[what], b"")).expect("files can be written");
    }
    // The version that was packed last is what the source has; the one that is asked for is packed once more.
    super::chart(env, "web", "1.2.0");
    env.cox("package source/web -d site --sign --key rosa --keyring secret")
        .ok();
    env.cox("repo index site").ok();
    web
}

/// The same as ChartMuseum has it: archives below `charts/`, its own words about itself in the index.
fn museum(env: &TestEnv) -> Web {
    let folder = env.path().join("museum/charts");
    std::fs::create_dir_all(&folder).expect("folders can be made");
    let index = std::fs::read_to_string(env.path().join("site/index.yaml")).expect("the index");
    let files = std::fs::read_dir(env.path().join("site"))
        .expect("the site")
        .flatten();
    for file in files {
        std::fs::copy(file.path(), folder.join(file.file_name())).expect("files can be copied");
    }
    let index = index
        .replace("    - web-", "    - charts/web-")
        .replace("    - db-", "    - charts/db-");
    assert!(index.contains("charts/web-1.2.0.tgz"), "{index}");
    env.write(
        "museum/index.yaml",
        &format!("{index}serverInfo:\n  contextPath: /team\n"),
    );
    let web = Web::serve(&env.path().join("museum"));
    web.require(PASSWORD);
    web
}

fn exchange(env: &TestEnv, run: &dyn Fn(&str, &str) -> Outcome, (name, url, flags): &Kind) {
    let mut locks = Vec::new();
    for side in ["cox", "helm"] {
        let repository = format!("{name}-{side}");
        run(side, &format!("repo add {repository} {url} {flags}")).ok();
        run(side, &format!("repo update {repository}")).ok();
        // What one has added the other uses.
        for other in ["cox", "helm"] {
            let folder = format!("{name}-{side}-{other}");
            let path = |file: &str| env.path().join(&folder).join(file);
            env.write(&format!("{folder}/x"), "");
            let pull = format!("pull {repository}/web --verify --keyring public -d {folder}");
            assert!(run(other, &pull).ok().contains("Signed by: Rosa"), "{name}");
            for file in ["web-1.2.0.tgz", "web-1.2.0.tgz.prov"] {
                let same = std::fs::read(path(file)).expect("it was pulled")
                    == std::fs::read(env.path().join("site").join(file)).expect("it is there");
                assert!(same, "{name} {side} {other} {file}");
            }
            run(other, &format!("verify {folder}/web-1.2.0.tgz --keyring public")).ok();
        }
        let app = format!("app-{name}-{side}");
        let chart = format!(
            "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- {{name: web, version: 1.2.x, repository: \
             '{url}'}}\n"
        );
        env.write(&format!("{app}/Chart.yaml"), &chart);
        run(
            side,
            &format!("dependency update {app} --verify --keyring public"),
        )
        .ok();
        locks.push(lock(env, &app));
        let other = if side == "cox" { "helm" } else { "cox" };
        std::fs::remove_dir_all(env.path().join(&app).join("charts")).expect("it was there");
        run(other, &format!("dependency build {app}")).ok();
        let built = std::fs::read(env.path().join(&app).join("charts/web-1.2.0.tgz")).expect("it was built");
        let there = std::fs::read(env.path().join("site/web-1.2.0.tgz")).expect("it is there");
        assert!(built == there, "{name} {side}");
        run(side, &format!("repo remove {repository}")).ok();
    }
    assert_eq!(locks[0], locks[1], "{name}");
}

/// The lock file, but for the time.
fn lock(env: &TestEnv, app: &str) -> String {
    let text = std::fs::read_to_string(env.path().join(app).join("Chart.lock")).expect("a lock file");
    text.split("generated:").next().unwrap_or_default().to_owned()
}
