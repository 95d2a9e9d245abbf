//! Plugins as programs (`runtime_subprocess*.go`).

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

use chart::FileError;
use repo::Errand;

use super::metadata::{Runtime, Subprocess};
use super::platform::{CommandLine, Expand, command_line};
use super::watch::Running;
use super::{Plugin, PluginError};
use crate::settings::program_in;

/// The variables of a program that is started.
pub(crate) type Environment = BTreeMap<String, String>;

/// What a getter gives, at most: what no chart is larger than.
const LARGEST: u64 = 1 << 30;

impl Plugin {
    /// Runs a program of the plugin with `input` on its standard input and returns what it writes. It has as long as it
    /// wants; what it says on standard error is not shown, as in Helm.
    ///
    /// # Errors
    /// When it has no command for this machine, cannot be started, or ends with another code than 0.
    pub(super) fn filter_with(
        &self,
        subprocess: &Subprocess,
        (args, input): (&[String], &[u8]),
        environment: Environment,
    ) -> Result<Vec<u8>, PluginError> {
        let environment = self.environment(environment);
        let line = command_line(&subprocess.commands, Expand::All, &environment)?;
        let mut command = command(line, &environment)?;
        let output = filter(command.args(args), input).map_err(|error| not_started(&command, &error))?;
        self.check(output.status)?;
        Ok(output.stdout)
    }

    /// Runs a program of the plugin as a command: it has our terminal, and arguments after its own.
    ///
    /// # Errors
    /// As [`Plugin::filter_with`].
    pub(super) fn call_with(
        &self,
        subprocess: &Subprocess,
        args: &[String],
        environment: Environment,
    ) -> Result<(), PluginError> {
        let environment = self.environment(environment);
        let line = command_line(&subprocess.commands, Expand::All, &environment)
            .map_err(|error| PluginError::Prepare(Box::new(error)))?;
        let status = run(command(line, &environment)?.args(args))?;
        self.check(status)
    }

    /// Runs what the plugin has for an event, if it has anything: `install`, `update`, `delete`.
    ///
    /// # Errors
    /// As [`Plugin::filter_with`].
    pub(crate) fn hook(&self, event: &str, environment: Environment) -> Result<(), PluginError> {
        let Runtime::Subprocess(runtime) = &self.metadata.runtime else {
            return Ok(());
        };
        let Some(commands) = runtime.hooks.get(event).filter(|commands| !commands.is_empty()) else {
            return Ok(());
        };
        let environment = self.environment(environment);
        let expand = if runtime.expands_hooks {
            Expand::All
        } else {
            Expand::ProgramOnly
        };
        let line = command_line(commands, expand, &environment)?;
        let status = run(command(line, &environment)?.stdin(Stdio::null()))?;
        if status.success() {
            return Ok(());
        }
        Err(PluginError::Hook {
            // Helm's message has the two the wrong way round.
            event: event.to_owned(),
            name: self.metadata.name.clone(),
        })
    }

    /// Runs a program of the plugin as a getter, and returns what is behind a URL. What it says on standard error is shown.
    ///
    /// # Errors
    /// When it does not know the scheme of the URL, gives more than 1 GiB, and as [`Plugin::filter_with`].
    pub(super) fn get_with(
        &self,
        subprocess: &Subprocess,
        errand: Errand<'_>,
        environment: Environment,
    ) -> Result<Vec<u8>, PluginError> {
        let scheme = errand.url.scheme();
        let is_its = |protocols: &[String]| protocols.iter().any(|protocol| protocol == scheme);
        let protocol = subprocess
            .protocols
            .iter()
            .find(|command| is_its(&command.protocols));
        let protocol = protocol.ok_or_else(|| PluginError::NoDownloader(scheme.to_owned()))?;
        let mut environment = self.environment(environment);
        let (username, password) = errand
            .credentials
            .map_or(("", ""), |who| (who.username.as_str(), who.password.as_str()));
        for (name, value) in [
            ("HELM_PLUGIN_USERNAME", username.to_owned()),
            ("HELM_PLUGIN_PASSWORD", password.to_owned()),
            (
                "HELM_PLUGIN_PASS_CREDENTIALS_ALL",
                errand.pass_credentials.to_string(),
            ),
        ] {
            environment.insert(name.to_owned(), value);
        }
        let line = command_line(&protocol.commands, Expand::ProgramOnly, &environment)?;
        let program = crate::args::path::join(&self.folder.to_string_lossy(), &line.program);
        let mut command = Command::new(program);
        command
            .args(line.args)
            .args([&errand.tls.cert_file, &errand.tls.key_file, &errand.tls.ca_file].map(named))
            .arg(errand.text)
            .env_clear()
            .envs(&environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let child = Running::start(&mut command).map_err(|error| not_started(&command, &error))?;
        let (status, data) = read_all(child)?;
        self.check(status)?;
        Ok(data)
    }

    fn environment(&self, mut environment: Environment) -> Environment {
        environment.insert("HELM_PLUGIN_NAME".to_owned(), self.metadata.name.clone());
        let folder = self.folder.to_string_lossy().into_owned();
        environment.insert("HELM_PLUGIN_DIR".to_owned(), folder);
        environment
    }

    fn check(&self, status: ExitStatus) -> Result<(), PluginError> {
        if status.success() {
            return Ok(());
        }
        Err(PluginError::Exit {
            name: self.metadata.name.clone(),
            // Go's number for who was ended by a signal is -1.
            code: status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .unwrap_or(255),
        })
    }
}

/// A file that was named, or an empty argument.
fn named(file: &Option<PathBuf>) -> &OsStr {
    file.as_deref().map_or(OsStr::new(""), Path::as_os_str)
}

fn command(line: CommandLine, environment: &Environment) -> Result<Command, PluginError> {
    let program = resolve(line.program, environment)?;
    let mut command = Command::new(program);
    command.args(line.args).env_clear().envs(environment);
    Ok(command)
}

/// A mere name is looked for in the folders of `$PATH`, of that environment.
fn resolve(program: String, environment: &Environment) -> Result<PathBuf, PluginError> {
    if program.contains('/') {
        return Ok(PathBuf::from(program));
    }
    let places = environment.get("PATH").map_or("", String::as_str);
    program_in(std::env::split_paths(places), &program).ok_or(PluginError::NotInPath(program))
}

fn run(command: &mut Command) -> Result<ExitStatus, PluginError> {
    command.status().map_err(|error| not_started(command, &error))
}

fn not_started(command: &Command, error: &io::Error) -> PluginError {
    PluginError::Start(FileError::new(
        "fork/exec",
        Path::new(command.get_program()),
        error,
    ))
}

/// Runs a program with `input` on its standard input.
///
/// # Errors
/// When it cannot be started, or writes without end.
pub(crate) fn filter(command: &mut Command, input: &[u8]) -> io::Result<Output> {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = Running::start(command)?;
    let (stdin, stderr) = (child.0.stdin.take(), child.0.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program need not read all that it is given.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        let stderr = scope.spawn(move || stderr.map(beginning).unwrap_or_default());
        let (status, stdout) = read_all(child)?;
        Ok(Output {
            status,
            stdout,
            stderr: stderr.join().unwrap_or_default(),
        })
    })
}

/// Reads what a program writes, as far as that may go: one that writes without end is ended.
fn read_all(mut child: Running) -> io::Result<(ExitStatus, Vec<u8>)> {
    let mut data = Vec::new();
    let stdout = child.0.stdout.take().expect("standard output is piped");
    stdout.take(LARGEST + 1).read_to_end(&mut data)?;
    if data.len() as u64 > LARGEST {
        child.end()?;
        return Err(io::Error::other("it writes more than 1 GiB"));
    }
    Ok((child.wait()?, data))
}

/// Reads all that comes, and keeps the first MiB.
fn beginning(mut from: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    // What cannot be read is not there.
    let _ = from.by_ref().take(1 << 20).read_to_end(&mut kept);
    let _ = io::copy(&mut from, &mut io::sink());
    kept
}
