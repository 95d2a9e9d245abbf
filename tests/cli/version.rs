//! `version`: scripts check it, so it is Helm's.

use crate::support::TestEnv;

#[test]
fn scripts_see_the_version_they_check_for() {
    let env = TestEnv::offline();
    assert_eq!(env.cox("version --short").ok(), "v4.2.4\n");
    assert_eq!(env.cox("version --template {{.Version}}").ok(), "v4.2.4");
    let long = env.cox("version").ok();
    assert!(
        long.starts_with("version.BuildInfo{Version:\"v4.2.4\", "),
        "{long}"
    );
}
