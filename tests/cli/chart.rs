//! `create`, `show`, `package`, `dependency list`: what needs a chart on disk and nothing else.

use std::path::Path;

use crate::support::{TestEnv, real_helm};

#[test]
fn a_created_chart_lints_and_packs() {
    let env = TestEnv::offline();
    assert_eq!(env.cox("create web").ok(), "Creating web\n");
    let summary = "1 chart(s) linted, 0 chart(s) failed\n";
    assert!(env.cox("lint web").ok().ends_with(summary));
    let archive = env.path().canonicalize().unwrap().join("web-2.0.0.tgz");
    assert_eq!(
        env.cox("package web --version 2.0.0").ok(),
        format!(
            "Successfully packaged chart and saved it to: {}\n",
            archive.display()
        )
    );
    assert!(
        env.cox("show chart web-2.0.0.tgz")
            .ok()
            .contains("version: 2.0.0\n")
    );
    let again = env.cox("create web").ok();
    assert!(again.contains("WARNING: File \""), "{again}");
}

#[test]
fn a_fixed_time_makes_the_same_archive() {
    let env = TestEnv::offline();
    env.cox("create web").ok();
    let pack = |folder: &str, time: &str| {
        let mut command = env.command(env!("CARGO_BIN_EXE_cox").as_ref());
        command
            .args(["package", "web", "-d", folder])
            .env("SOURCE_DATE_EPOCH", time);
        let output = command.output().unwrap();
        let bytes = std::fs::read(env.path().join(folder).join("web-0.1.0.tgz"));
        (
            String::from_utf8_lossy(&output.stderr).into_owned(),
            bytes.unwrap_or_default(),
        )
    };
    let first = pack("a", "1600000000");
    env.write(
        "web/values.yaml",
        &std::fs::read_to_string(env.path().join("web/values.yaml")).unwrap(),
    );
    assert_eq!(first, pack("b", "1600000000"));
    assert_ne!(first, pack("c", "1500000000"));
    assert!(
        pack("d", "soon")
            .0
            .starts_with("Error: invalid SOURCE_DATE_EPOCH \"soon\"")
    );
}

fn with_parts(env: &TestEnv) {
    env.write("web/Chart.yaml", "version: 1.0.0\nname: web\napiVersion: v2\n");
    env.write("web/values.yaml", "# kept\nsize: 1\n");
    env.write("web/README.md", "read me");
    env.write("web/crds/a.yaml", "kind: A\n");
    env.write("web/crds/b.yaml", "---\nkind: B\n");
}

#[test]
fn every_part_can_be_shown() {
    let env = TestEnv::offline();
    with_parts(&env);
    let parts = [
        "apiVersion: v2\nname: web\nversion: 1.0.0\n\n",
        "# kept\nsize: 1\n\n",
        "read me\n",
        "---\nkind: A\n\n---\nkind: B\n\n",
    ];
    for (name, part) in ["chart", "values", "readme", "crds"].iter().zip(parts) {
        assert_eq!(env.cox(&format!("show {name} web")).ok(), part, "{name}");
    }
    let all = format!("{}---\n{}---\n{}{}", parts[0], parts[1], parts[2], parts[3]);
    assert_eq!(env.cox("inspect all web").ok(), all);
    assert_eq!(
        env.cox("show all ./nope").failed(),
        "Error: path \"./nope\" not found\n"
    );
}

#[test]
fn dependencies_are_listed_with_their_state() {
    let env = TestEnv::offline();
    let chart = |path: &str, name: &str, more: &str| {
        let text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}");
        env.write(&format!("{path}/Chart.yaml"), &text);
    };
    let declared = "dependencies:\n- {name: a, version: ^1.0.0}\n- {name: b, version: ^2.0.0}\n- {name: c, version: 1.0.0}\n";
    chart("web", "web", declared);
    chart("web/charts/a", "a", "");
    chart("web/charts/b", "b", "");
    chart("web/charts/z", "z", "");
    let expected = "NAME\tVERSION\tREPOSITORY\tSTATUS       \na   \t^1.0.0 \t          \tunpacked     \nb   \t^2.0.0 \t          \t\
                    wrong version\nc   \t1.0.0  \t          \tmissing      \n\nWARNING: \"web/charts/z\" is not in Chart.yaml.\n";
    assert_eq!(env.cox("dependency list web").ok(), expected);
    chart("lone", "lone", "");
    assert_eq!(
        env.cox("dep ls lone/").ok(),
        "WARNING: no dependencies at lone/charts\n"
    );
    let Some(helm) = crate::support::real_helm() else {
        return;
    };
    for more in ["dependencies: []\n", "dependencies:\n", "dependencies: null\n"] {
        chart("empty", "empty", more);
        let line = "dependency list empty";
        assert_eq!(env.run_as_helm(line), env.run(helm, line), "{more}");
    }
}

/// Both update the same folders: the same archives, the same lock file but for its time.
#[test]
fn dependencies_in_folders_are_packed_before_the_chart() {
    let Some(helm) = real_helm() else { return };
    let lines = [
        "dependencies:\n- {name: a, version: ^1.0.0, repository: 'file://../a'}\n- {name: b, version: '>0', condition: b.on}\n",
        "dependencies:\n- {name: a, version: ^2.0.0, repository: 'file://../a'}\n",
        "dependencies:\n- {name: a, version: 1.x, repository: 'file://../nope'}\n",
        "dependencies:\n- {name: a, version: what, repository: 'file://../a'}\n",
        "dependencies:\n- {name: nope, version: 1.x}\n",
        "dependencies:\n- {name: b, version: 7.x}\n",
        "",
    ];
    for declared in lines {
        let run = |program: &Path| {
            let env = TestEnv::offline();
            let chart = |path: &str, name: &str, more: &str| {
                let text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}");
                env.write(&format!("{path}/Chart.yaml"), &text);
            };
            chart("a", "a", "");
            chart("old", "old", "");
            chart("web", "web", declared);
            chart("web/charts/b", "b", "");
            env.cox("package old -d web/charts").ok();
            let outcome = env.run(program, "package web -u");
            let files = env.run("/usr/bin/find".as_ref(), "web -type f").stdout;
            let mut files: Vec<String> = files.lines().map(str::to_owned).collect();
            files.sort();
            let lock = std::fs::read_to_string(env.path().join("web/Chart.lock")).unwrap_or_default();
            let lock = lock.split("generated: ").next().unwrap_or_default().to_owned();
            let place = env.path().canonicalize().unwrap().display().to_string();
            let text = |text: String| text.replace(&place, "HERE");
            (
                outcome.code,
                text(outcome.stdout),
                text(outcome.stderr),
                files,
                lock,
            )
        };
        assert_eq!(run(env!("CARGO_BIN_EXE_cox").as_ref()), run(helm), "{declared}");
    }
}
