//! The page in a real browser, where there is one: its script runs, and none of what is in the texts.

use std::path::Path;
use std::process::Command;

use crate::support::{TestEnv, skip};

const BROWSERS: [&str; 3] = ["chromium", "google-chrome", "chromium-browser"];

/// The page as the browser has it after the script ran.
fn opened(env: &TestEnv, page: &Path) -> Option<String> {
    let run = |browser: &&str| {
        let mut command = Command::new(browser);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ]);
        command.args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]);
        command.arg(format!(
            "--user-data-dir={}",
            env.path().join("browser").display()
        ));
        let output = command
            .arg("--dump-dom")
            .arg(format!("file://{}", page.display()))
            .output()
            .ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let page = BROWSERS.iter().find_map(run);
    if page.is_none() {
        skip("the test of pages in a browser", "there is no browser");
    }
    page
}

#[test]
fn a_page_runs_its_own_script_only() {
    let env = TestEnv::offline();
    let hostile =
        "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";
    for (name, end) in [("a", "1"), ("b", "2")] {
        env.write(
            &format!("{name}/Chart.yaml"),
            &format!("apiVersion: v2\nname: web\nversion: {end}.0.0\n"),
        );
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{x: '{}{end}'}}\n",
            hostile.replace('\'', "''")
        );
        env.write(&format!("{name}/templates/a.yaml"), &text);
        let other = format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{x: '{end}'}}\n");
        env.write(&format!("{name}/templates/b.yaml"), &other);
    }
    env.cox("diff a b --html page.html").ok();
    let Some(dom) = opened(&env, &env.path().join("page.html")) else {
        return;
    };
    assert!(
        dom.contains("<title>web 1.0.0 → web 2.0.0: 2 changed</title>"),
        "{dom}"
    );
    // The script shows the filter.
    assert!(dom.contains("<form id=\"filter\" role=\"search\">"), "{dom}");
    assert!(
        dom.contains("&lt;/script&gt;&lt;script&gt;") && !dom.contains("<img"),
        "{dom}"
    );
}
