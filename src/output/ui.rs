//! The terminal: data to standard output, everything else to standard error. Nothing prints around this file.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use chart::{Remark, RemarkLevel};

use repo::http::Progress;

use super::paint::Paint;
use super::transfer::Transfers;
use crate::settings::{ColorMode, Program, Settings};

/// How much of a text in pieces is written at once, in bytes.
const PIECES_BYTES: usize = 64 << 10;

/// Where output goes and how much of it there is.
#[derive(Debug, Clone)]
pub(crate) struct Ui {
    debug: bool,
    color: ColorMode,
    is_colorless: bool,
    program: Program,
    transfers: Transfers,
    /// Data is not written.
    is_mute: bool,
}

impl Ui {
    /// An output for these settings.
    pub(crate) fn new(settings: &Settings) -> Self {
        Ui {
            debug: settings.debug,
            color: settings.color,
            is_colorless: settings.is_colorless,
            program: settings.program,
            transfers: Transfers::default(),
            is_mute: false,
        }
    }

    /// The same output, to which data goes in vain.
    pub(crate) fn mute(&self) -> Self {
        Ui {
            is_mute: true,
            ..self.clone()
        }
    }

    /// Writes data to standard output, as it is.
    ///
    /// # Errors
    /// When standard output cannot be written to. A reader that went away (a closed pipe) is no error.
    pub(crate) fn data(&self, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.write(|stdout| stdout.write_all(text.as_ref()))
    }

    /// The same for a text in pieces, which are never put together.
    pub(crate) fn pieces(&self, pieces: &[&str]) -> io::Result<()> {
        self.write(|stdout| {
            let mut stdout = BufWriter::with_capacity(PIECES_BYTES, stdout);
            pieces
                .iter()
                .try_for_each(|piece| stdout.write_all(piece.as_bytes()))?;
            stdout.flush()
        })
    }

    fn write(&self, write: impl FnOnce(&mut StdoutLock<'_>) -> io::Result<()>) -> io::Result<()> {
        if self.is_mute {
            return Ok(());
        }
        self.transfers.aside(|| {
            let mut stdout = io::stdout().lock();
            forgive_closed_pipe(write(&mut stdout).and_then(|()| stdout.flush()))
        })
    }

    /// Whom transfers tell how far they are: on a terminal, called as `cox`, there is a bar for those that take their time.
    pub(crate) fn progress(&self) -> Progress {
        if self.is_watched() && !self.is_helm() {
            self.transfers.progress()
        } else {
            Progress::default()
        }
    }

    fn tell(&self, text: &str) {
        self.transfers.aside(|| write_stderr(text));
    }

    /// Writes one line of data to standard output.
    ///
    /// # Errors
    /// As [`Ui::data`].
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        self.data(format!("{text}\n"))
    }

    /// Tells what Helm mixes into the data on standard output: called as `cox`, it goes to standard error.
    ///
    /// # Errors
    /// As [`Ui::data`].
    pub(crate) fn aside(&self, text: &str) -> io::Result<()> {
        if self.is_helm() {
            return self.data(text);
        }
        self.tell(text);
        Ok(())
    }

    /// Tells the user on standard error what is going on.
    pub(crate) fn status(&self, text: &str) {
        self.tell(&format!("{text}\n"));
    }

    /// Warns in the form of Helm's log lines.
    pub(crate) fn warning(&self, text: &str) {
        self.tell(&format!("level=WARN msg={}\n", quoted(text)));
    }

    /// Tells something odd in the form of Helm's log lines.
    pub(crate) fn remark(&self, remark: &Remark) {
        let level = match remark.level {
            RemarkLevel::Info => "INFO",
            RemarkLevel::Warning => "WARN",
        };
        let mut pairs = vec![("msg", remark.message.as_str())];
        pairs.extend(remark.fields.iter().map(|(key, value)| (*key, value.as_str())));
        self.log(level, &pairs);
    }

    /// Tells all that is odd about something.
    pub(crate) fn remarks<'r>(&self, remarks: impl IntoIterator<Item = &'r Remark>) {
        remarks.into_iter().for_each(|remark| self.remark(remark));
    }

    /// Writes one of Helm's log lines, a key and a value after the other.
    pub(crate) fn log(&self, level: &str, pairs: &[(&str, &str)]) {
        self.transfers.aside(|| write_log(level, pairs));
    }

    /// Says a detail that only `--debug` shows.
    pub(crate) fn debug(&self, text: &str) {
        if self.debug {
            self.tell(&format!("level=DEBUG msg={}\n", quoted(text)));
        }
    }

    /// Whether details are wanted.
    pub(crate) fn is_debug(&self) -> bool {
        self.debug
    }

    /// Whether the program stands in for Helm by name, and says no more than Helm.
    pub(crate) fn is_helm(&self) -> bool {
        self.program == Program::Helm
    }

    /// The colours of tables on standard output.
    pub(crate) fn paint(&self) -> Paint {
        let is_wanted = match self.color {
            ColorMode::Always => true,
            ColorMode::Never => false,
            ColorMode::Auto => !self.is_colorless && io::stdout().is_terminal(),
        };
        if is_wanted { Paint::Colors } else { Paint::Nothing }
    }

    /// Whether more may be said of an error than Helm says: to a person, or when details are wanted.
    pub(crate) fn has_room(&self) -> bool {
        self.debug || (!self.is_helm() && io::stderr().is_terminal())
    }

    /// Whether somebody watches standard error live, on a terminal that takes colour.
    pub(crate) fn is_watched(&self) -> bool {
        self.color != ColorMode::Never && io::stderr().is_terminal()
    }
}

/// Writes the report of an error: Helm's line, then excerpts of where it is, then what to do.
pub(crate) fn write_error(message: &str, excerpts: &str, hint: Option<&str>) {
    write_stderr(&format!("Error: {message}\n{excerpts}"));
    if let Some(hint) = hint {
        write_stderr(&format!("Hint: {hint}\n"));
    }
}

/// Writes one of Helm's log lines before there are settings.
pub(crate) fn write_log(level: &str, pairs: &[(&str, &str)]) {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key}={}", quoted(value)))
        .collect();
    write_stderr(&format!("level={level} {}\n", pairs.join(" ")));
}

/// Writes to standard output before there are settings.
///
/// # Errors
/// When nobody reads it.
pub(crate) fn write_data(text: &str) -> io::Result<()> {
    io::stdout().lock().write_all(text.as_bytes())
}

/// Writes a line about the command line itself.
pub(crate) fn write_notice(text: &str) {
    write_stderr(&format!("{text}\n"));
}

/// Writes the help text that the user asked for.
pub(crate) fn write_help(help: &clap::builder::StyledStr) {
    let text = match io::stdout().is_terminal() {
        true => help.ansi().to_string(),
        false => help.to_string(),
    };
    // Nothing can be said to anybody when the terminal itself is gone.
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

fn write_stderr(text: &str) {
    // As above: an error while reporting has nowhere to go.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn forgive_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Quotes a value of a log line as Go's `log/slog` text handler does: only when it needs quotes.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c == '"' || c == '=' || c.is_control());
    if plain {
        text.to_owned()
    } else {
        format!("{text:?}")
    }
}
