//! A program that a test runs: what std has for that, and a note of how `cox` was called. `COX_TEST_PAIRS=FOLDER` keeps
//! the notes; `tests/cli/pairs.rs` makes a table of them.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, CommandEnvs, ExitStatus, Output, Stdio};

/// Stands between the arguments in a note, where no blank, tab or line end can.
pub(crate) const BETWEEN: char = '\u{1f}';

/// A program with arguments, that is started for a test.
pub(crate) struct Invocation {
    command: Command,
    test: String,
}

impl Invocation {
    /// Nothing but the program is known yet.
    pub(super) fn new(program: &Path, test: &str) -> Self {
        Invocation {
            command: Command::new(program),
            test: test.to_owned(),
        }
    }

    /// Adds an argument.
    pub(crate) fn arg(&mut self, arg: impl AsRef<OsStr>) -> &mut Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    pub(crate) fn args(&mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> &mut Self {
        self.command.args(args);
        self
    }

    /// Sets a variable.
    pub(crate) fn env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        self.command.env(name, value);
        self
    }

    /// Sets variables.
    pub(crate) fn envs(
        &mut self,
        variables: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>,
    ) -> &mut Self {
        self.command.envs(variables);
        self
    }

    /// Takes all variables away.
    pub(super) fn env_clear(&mut self) -> &mut Self {
        self.command.env_clear();
        self
    }

    /// Chooses where it runs.
    pub(crate) fn current_dir(&mut self, folder: impl AsRef<Path>) -> &mut Self {
        self.command.current_dir(folder);
        self
    }

    /// Says what it reads.
    pub(crate) fn stdin(&mut self, from: impl Into<Stdio>) -> &mut Self {
        self.command.stdin(from);
        self
    }

    /// Says where it writes.
    pub(crate) fn stdout(&mut self, to: impl Into<Stdio>) -> &mut Self {
        self.command.stdout(to);
        self
    }

    /// Says where it complains.
    pub(crate) fn stderr(&mut self, to: impl Into<Stdio>) -> &mut Self {
        self.command.stderr(to);
        self
    }

    /// Makes it the first of a group of processes, as a shell does: signals of the terminal go to the group.
    pub(crate) fn in_own_group(&mut self) -> &mut Self {
        self.command.process_group(0);
        self
    }

    /// Runs it, and returns what it says.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn output(&mut self) -> io::Result<Output> {
        let output = self.command.output()?;
        self.note(output.status.code());
        Ok(output)
    }

    /// Runs it.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn status(&mut self) -> io::Result<ExitStatus> {
        let status = self.command.status()?;
        self.note(status.code());
        Ok(status)
    }

    /// The variables that it gets.
    pub(crate) fn get_envs(&self) -> CommandEnvs<'_> {
        self.command.get_envs()
    }

    /// Starts it. How it ends is not noted.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn spawn(&mut self) -> io::Result<Child> {
        self.note(None);
        self.command.spawn()
    }

    /// Writes `test`, exit code and arguments to the file of this process, if notes are kept and this is `cox`.
    fn note(&self, code: Option<i32>) {
        let Some(folder) = std::env::var_os("COX_TEST_PAIRS") else {
            return;
        };
        if !is_cox(Path::new(self.command.get_program())) {
            return;
        }
        let args: Vec<OsString> = self.command.get_args().map(OsStr::to_owned).collect();
        let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
        let args = args.join(&BETWEEN.to_string()).replace('\n', " ");
        let code = code.map_or("-".to_owned(), |code| code.to_string());
        let file = Path::new(&folder).join(std::process::id().to_string());
        let mut file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(file)
            .expect("there is a folder for notes");
        file.write_all(format!("{}\t{code}\t{args}\n", self.test).as_bytes())
            .expect("notes can be written");
    }
}

/// Whether a path is the program that is tested, or a link to it.
fn is_cox(program: &Path) -> bool {
    let cox = Path::new(env!("CARGO_BIN_EXE_cox"));
    let real = |path: &Path| path.canonicalize().ok();
    program == cox || real(program).is_some_and(|path| Some(path) == real(cox))
}
