//! `env` and `completion`: the program about itself.

use crate::support::TestEnv;

#[test]
fn the_environment_is_listed_with_its_defaults() {
    let env = TestEnv::offline();
    let text = env.cox("env --qps 2.5").ok();
    let names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
    assert!(names.is_sorted() && names.len() == 22, "{names:?}");
    let home = env.path().display();
    assert!(text.contains(&format!(
        "HELM_REPOSITORY_CACHE=\"{home}/.cache/helm/repository\"\n"
    )));
    assert!(text.contains("HELM_QPS=\"2.50\"\n"));
    assert_eq!(env.cox("env HELM_MAX_HISTORY").ok(), "10\n");
    assert_eq!(env.cox("env nope").ok(), "\n");
}

#[test]
fn every_shell_gets_a_script() {
    let env = TestEnv::offline();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = env.cox(&format!("completion {shell}")).ok();
        assert!(
            script.contains("cox") && script.contains("__complete "),
            "{shell}"
        );
        let bare = env.cox(&format!("completion {shell} --no-descriptions")).ok();
        assert!(bare.contains("__completeNoDesc "), "{shell}");
    }
    assert_eq!(
        env.cox("__complete li").ok(),
        "lint\texamine a chart for possible issues\nlist\tlist releases\n:4\n"
    );
    assert_eq!(env.cox("__completeNoDesc li").ok(), "lint\nlist\n:4\n");
}
