//! Questions at the terminal whose answers nobody may see.

use std::io::{self, BufRead};
use std::path::Path;

use chart::FileError;
use nix::sys::termios::{InputFlags, LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use super::ui::Ui;
use crate::error::{CommandError, Result};

/// Asks a question and reads the answer's line from standard input, which must be a terminal.
///
/// # Errors
/// When it is none, or ends before there is an answer. The words are the system's, as in Go's `term.ReadPassword`.
pub(crate) fn secret(ui: &Ui, question: &str) -> Result<Vec<u8>> {
    ui.data(question)?;
    let answer = read();
    ui.line("")?;
    answer
}

fn read() -> Result<Vec<u8>> {
    let stdin = io::stdin();
    let before = tcgetattr(&stdin).map_err(system)?;
    tcsetattr(&stdin, SetArg::TCSANOW, &silent(before.clone())).map_err(system)?;
    let mut line = Vec::new();
    let read = stdin.lock().read_until(b'\n', &mut line);
    tcsetattr(&stdin, SetArg::TCSANOW, &before).map_err(system)?;
    if read? == 0 {
        return Err(CommandError::new("EOF"));
    }
    if line.ends_with(b"\n") {
        line.pop();
    }
    Ok(line)
}

fn silent(mut settings: Termios) -> Termios {
    settings.local_flags.remove(LocalFlags::ECHO);
    settings.local_flags.insert(LocalFlags::ICANON | LocalFlags::ISIG);
    settings.input_flags.insert(InputFlags::ICRNL);
    settings
}

fn system(error: nix::Error) -> CommandError {
    let error = FileError::new("read", Path::new("-"), &error.into());
    CommandError::new(error.reason)
}
