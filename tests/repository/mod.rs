//! HTTP repositories: the same files, words and bytes as the real `helm`, on the same servers.

mod dependencies;
mod disks;
mod encrypted;
mod exchange;
mod faults;
mod kinds;
mod mirrors;
mod offline;
mod progress;
mod proxies;
mod secrets;

use crate::support::TestEnv;
use crate::support::web::Web;

/// A folder with a few charts and their index, and a server for it.
pub(super) fn site(env: &TestEnv) -> Web {
    for (name, version) in [
        ("web", "1.0.0"),
        ("web", "1.2.0"),
        ("web", "2.0.0-rc.1"),
        ("db", "0.3.1"),
    ] {
        chart(env, name, version);
    }
    env.cox("repo index site").ok();
    Web::serve(&env.path().join("site"))
}

/// Packs a chart into the site.
pub(super) fn chart(env: &TestEnv, name: &str, version: &str) {
    env.write(
        &format!("source/{name}/Chart.yaml"),
        &format!(
            "apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: \"1.10\"\ndescription: The {name} of \
             everything\nkeywords: [server, {name}]\n"
        ),
    );
    env.write(&format!("source/{name}/templates/a.yaml"), "a: 1\n");
    env.cox(&format!("package source/{name} -d site")).ok();
}
