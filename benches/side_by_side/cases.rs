//! What both programs do.

use std::path::Path;

use crate::{corpus, growth, repository};

/// The command lines of a program's run number `n`.
pub(crate) type Lines = Box<dyn Fn(&str, usize) -> Vec<Vec<String>>>;

/// One thing that both programs do.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) runs: usize,
    pub(crate) lines: Lines,
    /// Whether a command line may fail, as some charts do with both programs.
    pub(crate) may_fail: bool,
}

impl Case {
    /// Command lines that depend on the program and the run.
    pub(crate) fn new(name: &str, runs: usize, lines: Lines) -> Self {
        Case {
            name: name.to_owned(),
            runs,
            lines,
            may_fail: false,
        }
    }

    /// The same command line each time.
    pub(crate) fn fixed(name: &str, runs: usize, line: &str) -> Self {
        let line = words(line);
        Case::new(name, runs, Box::new(move |_, _| vec![line.clone()]))
    }

    /// A command line for a release of its own each time: `{}` stands for its name.
    fn of_release(name: &str, runs: usize, line: &'static str) -> Self {
        let lines = move |program: &str, n| vec![words(&line.replace("{}", &format!("{program}-{n}")))];
        Case::new(name, runs, Box::new(lines))
    }
}

/// All cases, in the order in which they stand on each other. Charts are written into `home`, where the programs run.
pub(crate) fn all(home: &Path, helm: &Path) -> Vec<Case> {
    let mut cases = vec![
        Case::fixed("start (version)", 40, "version --short"),
        Case::fixed("template, starter chart", 40, "template web starter"),
    ];
    cases.extend(corpus::cases());
    cases.extend(growth::cases(home));
    cases.extend(repository::cases(home, helm));
    cases.extend([
        Case::of_release(
            "install, starter chart",
            20,
            "install {} starter --namespace bench --create-namespace",
        ),
        Case::fixed("list, 40 releases", 20, "list --namespace bench"),
        Case::of_release(
            "upgrade, starter chart",
            20,
            "upgrade {} starter --namespace bench --set replicaCount=2",
        ),
        Case::of_release("uninstall, starter chart", 20, "uninstall {} --namespace bench"),
    ]);
    cases
}

/// The arguments of a command line without quotes.
pub(crate) fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}
