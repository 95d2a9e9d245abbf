//! Too much of something: an index of 100 MB, a disk that is full.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::site;
use crate::support::{Outcome, TestEnv, words};

/// Runs `cox` in a shell that sets limits first.
fn limited(env: &TestEnv, limits: &str, line: &str) -> Outcome {
    let mut command = env.command(std::path::Path::new("/bin/sh"));
    let script = format!("{limits}; exec \"$0\" \"$@\"");
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_cox")])
        .args(words(line));
    command.output().expect("the shell starts").into()
}

#[test]
fn an_index_of_100_megabytes_is_read_in_bounded_memory_and_time() {
    let env = TestEnv::offline();
    let web = site(&env);
    let mut text = String::with_capacity(105 << 20);
    text.push_str("apiVersion: v1\nentries:\n");
    let description = "d".repeat(900);
    for chart in 0..4_000 {
        let _ = writeln!(text, "  chart-{chart:04}:");
        for version in (0..25).rev() {
            let _ = write!(
                text,
                "  - apiVersion: v2\n    created: \"2026-05-01T00:00:00Z\"\n    description: {description}\n    digest: \
                 {chart:032x}{version:032x}\n    name: chart-{chart:04}\n    urls: [c-{version}.tgz]\n    version: {version}.0.0\n"
            );
        }
    }
    text.push_str("generated: \"2026-06-01T00:00:00Z\"\n");
    assert!(text.len() > 100_000_000, "{}", text.len());
    env.write("site/index.yaml", &text);
    drop(text);
    let begin = Instant::now();
    // The index, its catalog, and no more than that again.
    let memory = "ulimit -d 450000";
    limited(&env, memory, &format!("repo add large {}", web.url())).ok();
    let found = limited(&env, memory, "search repo chart-3999 -o json").ok();
    assert!(found.contains("\"24.0.0\""), "{found}");
    assert!(
        begin.elapsed() < Duration::from_secs(300),
        "{:?}",
        begin.elapsed()
    );
}

/// Whether file systems can be mounted for a process of ours alone.
fn can_mount() -> bool {
    let mut command = std::process::Command::new("unshare");
    let status = command.args(["--mount", "true"]).status();
    status.is_ok_and(|status| status.success())
}

/// Runs `cox` with a file system of this many KiB at `small`, which begins with what is in `seed`; where none can be
/// mounted, no file may be larger. The digests of the files are written down afterwards; the side file of an index
/// belongs to one copy of it, and does not count.
fn on_small_disk(env: &TestEnv, kib: usize, line: &str) -> Outcome {
    let (shell, limit) = if can_mount() {
        let mount = format!("mount -t tmpfs -o size={kib}k none small; cp -r seed/. small/");
        (vec!["unshare", "--mount", "/bin/sh"], mount)
    } else {
        let limit = format!("rm -rf small/*; cp -r seed/. small/; trap '' XFSZ; ulimit -f {kib}");
        (vec!["/bin/sh"], limit)
    };
    let digests = "find small -type f ! -name '*.cox' | sort | xargs sha256sum >after";
    let script = format!("set -e; {limit}; set +e; \"$0\" \"$@\"; code=$?; {digests}; exit $code");
    let mut command = env.command(std::path::Path::new(shell[0]));
    command
        .args(&shell[1..])
        .args(["-c", &script, env!("CARGO_BIN_EXE_cox")])
        .args(words(line));
    command.output().expect("the shell starts").into()
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let env = TestEnv::offline();
    let web = site(&env);
    let url = web.url();
    std::fs::create_dir_all(env.path().join("small")).unwrap();
    let home = "--repository-config small/repositories.yaml --repository-cache small/cache --content-cache small/content";
    env.cox(&format!("repo add a {url} {}", home.replace("small/", "seed/")))
        .ok();
    std::fs::create_dir_all(env.path().join("seed/charts")).unwrap();
    // A new index that does not fit, and a chart that does not.
    let index = std::fs::read_to_string(env.path().join("site/index.yaml")).unwrap();
    let long = format!("    description: {}\n", "x".repeat(300_000));
    env.write(
        "site/index.yaml",
        &index.replacen("    description: The db of everything\n", &long, 1),
    );
    let mut noise = vec![0; 300_000];
    rand::RngCore::fill_bytes(&mut rand::thread_rng(), &mut noise);
    std::fs::write(env.path().join("site/noise-1.0.0.tgz"), &noise).unwrap();
    std::fs::create_dir_all(env.path().join("nothing")).unwrap();
    let before = || std::fs::read_to_string(env.path().join("after")).unwrap();
    on_small_disk(&env, 128, &format!("repo list {home}")).ok();
    let untouched = before();
    assert_eq!(untouched.lines().count(), 4, "{untouched}");
    for line in [
        format!("repo update {home}"),
        format!("pull {url}/noise-1.0.0.tgz -d small/charts {home}"),
        format!("repo add b {url} {home}"),
    ] {
        let said = on_small_disk(&env, 128, &line);
        assert_eq!(said.code, 1, "{line}: {}{}", said.stdout, said.stderr);
        let printed = said.stdout + &said.stderr;
        assert!(
            printed.contains("no space left on device") || printed.contains("file too large"),
            "{line}: {printed}"
        );
        assert_eq!(before(), untouched, "{line}");
    }
}
