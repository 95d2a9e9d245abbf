//! Plugins as programs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use super::metadata::Runtime;
use super::platform::command_line;
use super::{Plugin, PluginError};

impl Plugin {
    /// Runs the plugin with `input` on its standard input and returns what it writes. It has as long as it wants; what it
    /// says on standard error is not shown, as in Helm.
    ///
    /// # Errors
    /// When it has no command for this machine, cannot be started, or ends with another code than 0.
    pub(crate) fn filter(
        &self,
        args: &[String],
        input: &[u8],
        mut environment: BTreeMap<String, String>,
    ) -> Result<Vec<u8>, PluginError> {
        let Runtime::Subprocess(commands) = &self.metadata.runtime else {
            return Err(PluginError::Extism);
        };
        environment.insert("HELM_PLUGIN_NAME".to_owned(), self.metadata.name.clone());
        let folder = self.folder.to_string_lossy().into_owned();
        environment.insert("HELM_PLUGIN_DIR".to_owned(), folder);
        let line = command_line(commands, args, &environment)?;
        let mut command = Command::new(&line.program);
        command.args(&line.args).env_clear().envs(&environment);
        let output = filter(&mut command, input)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(PluginError::Exit(self.metadata.name.clone()))
    }
}

/// Runs a program with `input` on its standard input.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn filter(command: &mut Command, input: &[u8]) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program need not read all that it is given.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        child.wait_with_output()
    })
}
