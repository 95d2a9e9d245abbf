//! Disks that are full or cannot be written: a clear error, what was there is still there, and nothing half written is.

use std::collections::BTreeMap;

use super::{chart, site};
use crate::support::TestEnv;
use crate::support::disk::{Disk, can_be_mounted, cox_on, files};

type Files = BTreeMap<String, Vec<u8>>;

const CACHE: &str = ".cache/helm";
const FULL: &str = "no space left on device";
const READ_ONLY: &str = "read-only file system";

/// A repository `a` that has a chart and an index too large for a small disk by now.
fn grown() -> Option<(TestEnv, crate::support::web::Web)> {
    if !can_be_mounted() {
        return None;
    }
    let env = TestEnv::offline();
    let web = site(&env);
    env.cox(&format!("repo add a {}", web.url())).ok();
    env.cox("show chart a/web").ok();
    // What does not get smaller when it is packed.
    let mut noise = vec![0; 300_000];
    rand::RngCore::fill_bytes(&mut rand::thread_rng(), &mut noise);
    std::fs::create_dir_all(env.path().join("source/large")).expect("folders can be made");
    std::fs::write(env.path().join("source/large/noise"), noise).expect("files can be written");
    chart(&env, "large", "1.0.0");
    env.cox("repo index site").ok();
    Some((env, web))
}

/// What there is afterwards, but for catalogs, which are made anew where an index has moved.
fn kept(env: &TestEnv) -> Files {
    without_catalogs(files(&env.path().join("after")))
}

fn without_catalogs(files: Files) -> Files {
    files
        .into_iter()
        .filter(|(name, _)| !name.ends_with(".cox"))
        .collect()
}

#[test]
fn an_index_that_does_not_fit_leaves_the_old_one() {
    let Some((env, _web)) = grown() else { return };
    let index = env.path().join("site/index.yaml");
    let text = std::fs::read_to_string(&index).unwrap();
    std::fs::write(&index, text + &"# more\n".repeat(40_000)).unwrap();
    let before = files(&env.path().join(CACHE));
    for (disk, words) in [(Disk::Small(100), FULL), (Disk::ReadOnly, READ_ONLY)] {
        let said = cox_on(&env, CACHE, disk, "repo update");
        assert!(said.stdout.contains(words), "{}{}", said.stdout, said.stderr);
        said.failed();
        let (after, before) = (kept(&env), without_catalogs(before.clone()));
        assert!(after.keys().eq(before.keys()), "{words}");
        let index = "repository/a-index.yaml";
        assert!(after[index] == before[index], "{words}");
    }
    // Who only looks something up needs no room: not even for a catalog.
    let _ = std::fs::remove_file(env.path().join(CACHE).join("repository/a-index.cox"));
    let said = cox_on(&env, CACHE, Disk::ReadOnly, "search repo web");
    assert!(said.ok().contains("a/web"));
}

#[test]
fn a_chart_that_does_not_fit_is_not_there() {
    let Some((env, _web)) = grown() else { return };
    env.cox("repo update").ok();
    let before = files(&env.path().join(CACHE));
    for (disk, words) in [(Disk::Small(100), FULL), (Disk::ReadOnly, READ_ONLY)] {
        let said = cox_on(&env, CACHE, disk, "template x a/large").failed();
        assert!(said.contains(words), "{said}");
        assert!(kept(&env) == without_catalogs(before.clone()), "{words}");
        // Who only wants the archive does not need the cache.
        cox_on(&env, CACHE, disk, "pull a/large").ok();
    }
    std::fs::create_dir(env.path().join("pulled")).unwrap();
    for (disk, words) in [(Disk::Small(100), FULL), (Disk::ReadOnly, READ_ONLY)] {
        let said = cox_on(&env, "pulled", disk, "pull a/large -d pulled").failed();
        assert!(said.contains(words), "{said}");
        assert!(files(&env.path().join("after")).is_empty(), "{words}");
    }
}

#[test]
fn dependencies_that_do_not_fit_change_nothing() {
    let Some((env, web)) = grown() else { return };
    let url = web.url();
    let chart = |name: &str| {
        format!(
            "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- {{name: {name}, version: 1.x, repository: \
             '{url}'}}\n"
        )
    };
    env.write("app/Chart.yaml", &chart("web"));
    env.cox("dependency update app").ok();
    env.write("app/Chart.yaml", &chart("large"));
    let before = files(&env.path().join("app"));
    for (disk, words) in [(Disk::Small(100), FULL), (Disk::ReadOnly, READ_ONLY)] {
        let said = cox_on(&env, "app", disk, "dependency update app").failed();
        assert!(said.contains(words), "{said}");
        assert!(files(&env.path().join("after")) == before, "{words}");
    }
    let said = cox_on(&env, ".config/helm", Disk::ReadOnly, &format!("repo add b {url}")).failed();
    assert!(said.contains(READ_ONLY), "{said}");
}
