//! A terminal that a program's standard error goes to, and what was written on it.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use nix::pty::{Winsize, openpty};

use super::{Invocation, Outcome};

/// Runs a program whose standard error is a terminal, and collects all that is drawn there.
pub(crate) fn watched(mut command: Invocation) -> Outcome {
    let size = Winsize {
        ws_row: 24,
        ws_col: 100,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let terminal = openpty(&size, None).expect("a terminal");
    command
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(terminal.slave);
    let child = command.spawn().expect("the program starts");
    // As long as the command is there, its end of the terminal is open.
    drop(command);
    let mut screen = File::from(terminal.master);
    let reader = std::thread::spawn(move || {
        let (mut drawn, mut piece) = (Vec::new(), [0; 4096]);
        // The end of a terminal is an error on this system.
        while let Ok(count @ 1..) = screen.read(&mut piece) {
            drawn.extend_from_slice(&piece[..count]);
        }
        drawn
    });
    let output = child.wait_with_output().expect("the program ends");
    let drawn = reader.join().expect("nobody panics");
    Outcome {
        stderr: String::from_utf8_lossy(&drawn).into_owned(),
        ..output.into()
    }
}
