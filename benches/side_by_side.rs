//! `make bench`: `cox` beside the real `helm`, in one run, as ratios of time and of peak memory.
//!
//! The two alternate, so that whatever else the machine does hits both. Times are medians of whole processes; memory is
//! the largest resident set of any run. Each program is started by a small copy of this one (`--measure`), because the
//! system reports peak memory for finished children only, all of a process's children together.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints its table"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

#[path = "../tests/support/control_plane.rs"]
mod control_plane;

use control_plane::ControlPlane;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == "--measure") {
        return measure_child(&arguments[1..]);
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

/// Runs the command, then prints its time in nanoseconds and its peak memory in KiB as the last line.
fn measure_child(command: &[String]) -> ExitCode {
    let started = Instant::now();
    let status = Command::new(&command[0])
        .args(&command[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let elapsed = started.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system knows about finished children");
    println!("{} {}", elapsed.as_nanos(), usage.max_rss());
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The arguments for a program's run number `n`.
type Arguments = Box<dyn Fn(&str, usize) -> Vec<String>>;

/// One thing that both programs do.
struct Case {
    name: &'static str,
    runs: usize,
    arguments: Arguments,
}

/// What a program needed.
struct Figures {
    milliseconds: f64,
    mebibytes: f64,
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
            "{:<34}{:>12}{:>12}{:>9}{:>12}{:>12}{:>9}",
            "", "helm ms", "cox ms", "faster", "helm MiB", "cox MiB", "smaller"
        );
        for case in self.cases().iter().filter(|case| case.name.contains(filter)) {
            let [helm, cox] = self.compare(case);
            println!(
                "{:<34}{:>12.1}{:>12.1}{:>8.1}×{:>12.1}{:>12.1}{:>8.1}×",
                case.name,
                helm.milliseconds,
                cox.milliseconds,
                helm.milliseconds / cox.milliseconds,
                helm.mebibytes,
                cox.mebibytes,
                helm.mebibytes / cox.mebibytes,
            );
        }
        ExitCode::SUCCESS
    }

    fn cases(&self) -> Vec<Case> {
        let fixed = |line: &'static str| {
            Box::new(move |_: &str, _| words(line)) as Box<dyn Fn(&str, usize) -> Vec<String>>
        };
        vec![
            Case {
                name: "start (version)",
                runs: 20,
                arguments: fixed("version --short"),
            },
            Case {
                name: "template, starter chart",
                runs: 20,
                arguments: fixed("template web starter"),
            },
            Case {
                name: "install, starter chart",
                runs: 10,
                arguments: Box::new(|program, n| {
                    words(&format!(
                        "install {program}-{n} starter --namespace bench --create-namespace"
                    ))
                }),
            },
            Case {
                name: "list, 20 releases",
                runs: 10,
                arguments: fixed("list --namespace bench"),
            },
            Case {
                name: "upgrade, starter chart",
                runs: 10,
                arguments: Box::new(|program, n| {
                    words(&format!(
                        "upgrade {program}-{n} starter --namespace bench --set replicaCount=2"
                    ))
                }),
            },
            Case {
                name: "uninstall, starter chart",
                runs: 10,
                arguments: Box::new(|program, n| {
                    words(&format!("uninstall {program}-{n} --namespace bench"))
                }),
            },
        ]
    }

    fn compare(&self, case: &Case) -> [Figures; 2] {
        let mut samples = [Vec::new(), Vec::new()];
        for n in 0..case.runs {
            for (which, (name, program)) in self.programs.iter().enumerate() {
                samples[which].push(self.measure(program, &(case.arguments)(name, n)));
            }
        }
        samples.map(|samples| summarise(&samples))
    }

    fn measure(&self, program: &Path, arguments: &[String]) -> (f64, f64) {
        let this = std::env::current_exe().expect("a running program has a path");
        let output = self
            .command(&this)
            .arg("--measure")
            .arg(program)
            .args(arguments)
            .output()
            .expect("this program starts");
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().last().unwrap_or_default();
        assert!(
            output.status.success(),
            "{} {} failed",
            program.display(),
            arguments.join(" ")
        );
        let (nanoseconds, kibibytes) = line.split_once(' ').expect("--measure prints two numbers");
        let number = |text: &str| text.parse::<f64>().expect("--measure prints numbers");
        (number(nanoseconds) / 1e6, number(kibibytes) / 1024.0)
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

fn summarise(samples: &[(f64, f64)]) -> Figures {
    let mut times: Vec<f64> = samples.iter().map(|(time, _)| *time).collect();
    times.sort_by(f64::total_cmp);
    Figures {
        milliseconds: times[times.len() / 2],
        mebibytes: samples.iter().map(|(_, memory)| *memory).fold(0.0, f64::max),
    }
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}
