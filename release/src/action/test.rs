//! `test`: run a release's test hooks.

use super::hooks::{Hooks, Ran};
use super::options::WaitOptions;
use super::{Context, Error};
use crate::cluster::ContainerLog;
use crate::hook::{Hook, HookEvent};
use crate::record::{Release, validate_name};

/// Which tests, by the hooks' names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestFilter {
    /// Only these; empty is all.
    pub only: Vec<String>,
    /// Not these.
    pub not: Vec<String>,
}

impl TestFilter {
    fn selects(&self, hook: &Hook) -> bool {
        let is_only = self.only.is_empty() || self.only.contains(&hook.name);
        is_only && !self.not.contains(&hook.name)
    }
}

/// How to test.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Which tests.
    pub filter: TestFilter,
    /// How long each may take.
    pub wait: WaitOptions,
    /// Whether to read the tests' output before their objects are deleted.
    pub logs: bool,
}

/// How tests went.
#[derive(Debug)]
pub struct TestRun {
    /// The release, with the tests' results.
    pub release: Release,
    /// What went wrong, if anything: a test, or cleaning up.
    pub result: Result<(), Error>,
    /// What the tests wrote, if asked for.
    pub logs: Vec<ContainerLog>,
    /// Logs that could not be read, and why.
    pub log_errors: Vec<String>,
}

/// Runs the test hooks of the newest revision, one after the other, and records how they went.
///
/// # Errors
///
/// When there is no such release. A test that fails is no error of this, but its result.
pub async fn test(cx: &Context, name: &str, options: &TestOptions) -> Result<TestRun, Error> {
    cx.unless_interrupted(run(cx, name, options)).await
}

async fn run(cx: &Context, name: &str, options: &TestOptions) -> Result<TestRun, Error> {
    let mut release = newest(cx, name).await?;
    let skipped = take_skipped(&mut release, &options.filter);
    let hooks = Hooks {
        cx,
        wait: &options.wait,
        method: release.apply_method(),
    };
    let ran: Ran = hooks.run_only(&mut release, &HookEvent::Test).await;
    let (logs, log_errors) = if options.logs && cx.cluster.stage().is_none() {
        read_logs(cx, &release).await
    } else {
        (Vec::new(), Vec::new())
    };
    let result = hooks.clean_up(&release, ran).await;
    release.hooks.splice(0..0, skipped);
    cx.store.update(&release).await?;
    Ok(TestRun {
        release,
        result: result.map_err(Error::from),
        logs,
        log_errors,
    })
}

async fn newest(cx: &Context, name: &str) -> Result<Release, Error> {
    let version = async { cx.cluster.version().await.map_err(Error::Unreachable) };
    // Both at once, but a cluster that is not there is said first.
    let (version, history) = tokio::join!(version, cx.history(name));
    version?;
    if validate_name(name).is_err() {
        return Err(Error::InvalidName {
            step: "releaseTest: Release name is invalid",
            name: name.to_owned(),
        });
    }
    Ok(history?.last(cx.store.as_ref()).await?)
}

fn take_skipped(release: &mut Release, filter: &TestFilter) -> Vec<Hook> {
    let hooks = std::mem::take(&mut release.hooks);
    let (selected, skipped) = hooks.into_iter().partition(|hook| filter.selects(hook));
    release.hooks = selected;
    skipped
}

/// Reads what the test pods wrote, containers that initialize them included.
async fn read_logs(cx: &Context, release: &Release) -> (Vec<ContainerLog>, Vec<String>) {
    let mut logs = Vec::new();
    let mut errors = Vec::new();
    let mut tests: Vec<_> = release.hooks.iter().filter(|hook| hook.is_test()).collect();
    tests.sort_by(|a, b| (a.weight, &a.name).cmp(&(b.weight, &b.name)));
    for test in tests {
        let pod = &test.name;
        let containers = match cx.cluster.pod_containers(&release.namespace, pod).await {
            Ok(Some(containers)) => containers,
            Ok(None) => {
                errors.push(format!("unable to get pod {pod}: pods \"{pod}\" not found"));
                break;
            }
            Err(error) => {
                errors.push(format!("unable to get pod {pod}: {error}"));
                break;
            }
        };
        for container in containers {
            match cx
                .cluster
                .container_log(&release.namespace, pod, container.clone())
                .await
            {
                Ok(log) => logs.push(log),
                Err(error) => errors.push(format!(
                    "unable to get logs for pod {pod}, container {container}: {error}"
                )),
            }
        }
    }
    (logs, errors)
}
