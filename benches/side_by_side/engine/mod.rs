//! The release engine: a release of 500 objects, near and far, requests counted; and a crowd of 5,000 revisions.

mod ceiling;
mod crowd;
mod relay;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cases::{Case, words};
use crate::proxy::Proxy;
use crowd::PATTERN;
use relay::Relay;

/// How many objects the chart has.
const OBJECTS: usize = 500;

/// What the far network adds to a round trip.
const FAR: Duration = Duration::from_millis(20);

/// What is done to a release of the chart, in this order: `{}` stands for its name.
const ACTIONS: [(&str, &str); 4] = [
    ("install", "install {} many --namespace engine --create-namespace"),
    (
        "plan",
        "plan upgrade {} many --namespace engine --set step=2 --fail-on never",
    ),
    ("upgrade", "upgrade {} many --namespace engine --set step=2"),
    ("uninstall", "uninstall {} --namespace engine"),
];

const LIST: &str = "list, 5000 revisions";

const COUNTS: &str = "requests, 500 objects";

/// What the cases here need. It goes away with this.
pub(crate) struct Stage {
    kubeconfig: PathBuf,
    runtime: tokio::runtime::Runtime,
    relay: Relay,
    proxy: Proxy,
}

/// Whether a filter lets any of the cases here through.
pub(crate) fn is_wanted(filter: &str) -> bool {
    let names = ["near", "far"]
        .into_iter()
        .flat_map(|place| ACTIONS.map(|(action, _)| name(action, place)));
    names
        .chain([LIST.to_owned(), COUNTS.to_owned()])
        .any(|name| name.contains(filter))
}

/// Puts the release's name into a line. The nearest thing to a plan that Helm has is a dry run on the server.
fn line_of(line: &str, program: &str, release: &str) -> String {
    let line = line.replace("{}", release);
    match line.strip_prefix("plan ") {
        Some(rest) if program == "helm" => rest.replace("--fail-on never", "--dry-run=server"),
        _ => line,
    }
}

fn name(action: &str, place: &str) -> String {
    format!("{action}, {OBJECTS} objects, {place}")
}

/// What both programs sent for one action.
pub(crate) struct Count {
    pub(crate) action: &'static str,
    pub(crate) requests: Vec<usize>,
}

impl Stage {
    /// Writes the chart into `home`, puts a slow and a counting way before the cluster of `kubeconfig`.
    pub(crate) fn new(home: &Path, kubeconfig: &Path) -> Self {
        write_chart(&home.join("many")).expect("the chart can be written");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let relay = runtime.block_on(Relay::start(kubeconfig, &home.join("far-kubeconfig"), FAR));
        Stage {
            kubeconfig: kubeconfig.to_owned(),
            runtime,
            relay,
            proxy: Proxy::start(kubeconfig, home),
        }
    }

    /// The cases that a filter lets through; those of an action follow each other, for each needs what the one before left.
    pub(crate) fn cases(&self, filter: &str, run: impl Fn(&str, &[String])) -> Vec<Case> {
        let mut cases = Vec::new();
        for (place, kubeconfig, runs) in [
            ("near", self.kubeconfig.as_path(), 5),
            ("far", self.relay.kubeconfig(), 3),
        ] {
            cases.extend(ACTIONS.iter().map(|(action, line)| {
                let line = format!("{line} --kubeconfig {}", kubeconfig.display());
                let lines = move |program: &str, n| {
                    vec![words(&line_of(&line, program, &format!("{program}-{place}-{n}")))]
                };
                Case::new(&name(action, place), runs, Box::new(lines))
            }));
        }
        if cases.iter().all(|case| !case.name.contains(filter)) {
            cases.clear();
        }
        if LIST.contains(filter) {
            run(
                "helm",
                &words(&format!(
                    "install pattern starter --namespace {PATTERN} --create-namespace"
                )),
            );
            self.runtime.block_on(crowd::gather(&self.kubeconfig));
            cases.push(Case::fixed(LIST, 5, "list --namespace crowd"));
        }
        cases
    }

    /// Counts the requests of each action, of one program after the other, as `run` runs them.
    pub(crate) fn counts(&self, programs: &[&str], run: impl Fn(&str, &[String])) -> Vec<Count> {
        let kubeconfig = self.proxy.kubeconfig().display();
        let count = |program: &str, line: &str| {
            self.proxy.set_rule(|_| crate::proxy::Act::Forward);
            let line = line_of(line, program, &format!("{program}-counted"));
            run(program, &words(&format!("{line} --kubeconfig {kubeconfig}")));
            self.proxy.count()
        };
        ACTIONS
            .iter()
            .map(|(action, line)| Count {
                action,
                requests: programs.iter().map(|program| count(program, line)).collect(),
            })
            .collect()
    }

    /// How long a bare loop takes that applies as many objects.
    pub(crate) fn ceiling(&self) -> Duration {
        self.runtime.block_on(ceiling::measure(&self.kubeconfig, OBJECTS))
    }
}

/// As many ConfigMaps as asked for; each is another one after `--set step=2`.
fn write_chart(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("templates"))?;
    std::fs::write(
        folder.join("Chart.yaml"),
        "apiVersion: v2\nname: many\nversion: 1.0.0\n",
    )?;
    std::fs::write(folder.join("values.yaml"), "step: 1\n")?;
    let template = format!(
        "{{{{- range until {OBJECTS} }}}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{{{ \
         $.Release.Name }}}}-{{{{ . }}}}\n  labels: {{app: many}}\ndata:\n  step: \"{{{{ $.Values.step }}}}\"\n  \
         number: \"{{{{ . }}}}\"\n{{{{- end }}}}\n"
    );
    std::fs::write(folder.join("templates/maps.yaml"), template)
}
