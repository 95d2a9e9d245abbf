//! `make bench`: `cox` beside the real `helm`, in one run, as ratios of time and of peak memory.
//!
//! The two alternate, so that whatever else the machine does hits both. Times are medians of whole processes; memory is
//! the largest resident set of any run. Each program is started by a small copy of this one, because the system reports
//! peak memory for finished children only, all of a process's children together. An argument runs only the cases whose
//! name contains it: `cargo bench --bench side_by_side -- subcharts`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints its table"
)]

mod cases;
mod corpus;
mod engine;
mod growth;
mod measure;
mod registry;
mod repository;

#[path = "../../tests/support/control_plane.rs"]
mod control_plane;

#[path = "../../tests/support/proxy.rs"]
#[expect(dead_code, reason = "the faults are for tests")]
mod proxy;

#[path = "../../tests/support/web.rs"]
#[expect(dead_code, reason = "the faults are for tests")]
mod web;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use cases::{Case, words};
use control_plane::ControlPlane;
use measure::{Figures, MEASURE};
use registry::Registry;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == MEASURE) {
        return measure::child(&arguments[1..]);
    }
    let filter = arguments
        .into_iter()
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    match Bench::new() {
        Ok(bench) => bench.run(&filter),
        Err(why) => {
            eprintln!("SKIPPED: {why}");
            ExitCode::FAILURE
        }
    }
}

struct Bench {
    programs: [(&'static str, PathBuf); 2],
    home: tempfile::TempDir,
    control_plane: ControlPlane,
}

impl Bench {
    fn new() -> Result<Self, String> {
        let control_plane = ControlPlane::start()?;
        let cox = PathBuf::from(env!("CARGO_BIN_EXE_cox"));
        let programs = [("helm", control_plane.helm()), ("cox", cox)];
        let home = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let bench = Bench {
            programs,
            home,
            control_plane,
        };
        bench.must_run(&bench.programs[0].1, &words("create starter"));
        Ok(bench)
    }

    fn run(&self, filter: &str) -> ExitCode {
        println!(
            "{:<36}{:>12}{:>12}{:>9}{:>12}{:>12}{:>9}",
            "", "helm ms", "cox ms", "faster", "helm MiB", "cox MiB", "smaller"
        );
        let mut cases = cases::all(self.home.path(), &self.programs[0].1);
        let registry = registry::is_wanted(filter).then(|| self.registry());
        cases.extend(registry.iter().flat_map(Registry::cases));
        for case in cases.iter().filter(|case| case.name.contains(filter)) {
            self.print(case);
        }
        if engine::is_wanted(filter) {
            self.run_engine(filter);
        }
        ExitCode::SUCCESS
    }

    fn run_engine(&self, filter: &str) {
        let stage = engine::Stage::new(self.home.path(), self.control_plane.kubeconfig());
        let names = self.programs.each_ref().map(|(name, _)| *name);
        let run = |name: &str, line: &[String]| self.must_run(self.program(name), line);
        let counts = stage.counts(&names, run);
        for case in stage.cases(filter, run) {
            self.print(&case);
        }
        for count in counts {
            let [helm, cox] = count.requests[..] else { continue };
            println!("{:<36}{helm:>12}{cox:>12}", format!("requests, {}", count.action));
        }
        let ceiling = stage.ceiling().as_secs_f64() * 1e3;
        println!("{:<36}{:>12}{ceiling:>12.1}", "bare loop of 500 applies", "");
    }

    fn print(&self, case: &Case) {
        let [helm, cox] = self.compare(case);
        println!(
            "{:<36}{:>12.1}{:>12.1}{:>8.1}×{:>12.1}{:>12.1}{:>8.1}×",
            case.name,
            helm.milliseconds,
            cox.milliseconds,
            helm.milliseconds / cox.milliseconds,
            helm.mebibytes,
            cox.mebibytes,
            helm.mebibytes / cox.mebibytes,
        );
    }

    fn program(&self, name: &str) -> &Path {
        let found = self.programs.iter().find(|(program, _)| *program == name);
        &found.expect("one of the two").1
    }

    /// A registry, and a large chart to put into it.
    fn registry(&self) -> Registry {
        registry::write_chart(self.home.path()).expect("the chart can be written");
        self.must_run(&self.programs[0].1, &words("package heavy"));
        Registry::start(self.home.path()).expect("the registry comes with the control plane")
    }

    fn compare(&self, case: &Case) -> [Figures; 2] {
        let mut samples = [Vec::new(), Vec::new()];
        for n in 0..case.runs {
            let sums = self.compare_once(case, n);
            for (samples, sum) in samples.iter_mut().zip(sums) {
                samples.push(sum);
            }
        }
        samples.map(|samples| Figures::summarise(&samples))
    }

    /// Has both programs run the lines of a case, line by line in turn.
    fn compare_once(&self, case: &Case, n: usize) -> [Figures; 2] {
        let lines = self.programs.each_ref().map(|(name, _)| (case.lines)(name, n));
        let most = lines.iter().map(Vec::len).max().unwrap_or_default();
        let mut sums = [Figures::default(), Figures::default()];
        for at in 0..most {
            for (which, (name, program)) in self.programs.iter().enumerate() {
                let Some(line) = lines[which].get(at) else {
                    continue;
                };
                let (figures, has_succeeded) = self.measure(program, line);
                assert!(case.may_fail || has_succeeded, "{name} {} failed", line.join(" "));
                sums[which] = sums[which].followed_by(figures);
            }
        }
        sums
    }

    /// Runs a command line; says what it needed and whether it succeeded.
    fn measure(&self, program: &Path, arguments: &[String]) -> (Figures, bool) {
        let this = std::env::current_exe().expect("a running program has a path");
        let output = self
            .command(&this)
            .arg(MEASURE)
            .arg(program)
            .args(arguments)
            .output()
            .expect("this program starts");
        (measure::read(&output.stdout), output.status.success())
    }

    fn must_run(&self, program: &Path, arguments: &[String]) {
        let output = self
            .command(program)
            .args(arguments)
            .output()
            .expect("the program starts");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{} {}: {error}",
            program.display(),
            arguments.join(" ")
        );
    }

    /// A command in a home of its own, so that nobody's configuration is read.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env("KUBECONFIG", self.control_plane.kubeconfig());
        command
    }
}
