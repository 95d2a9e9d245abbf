//! A small web server: it serves a folder, writes down what it was asked, and misbehaves where it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server on a port of this machine; it ends with the test.
pub(crate) struct Web {
    address: String,
    state: Arc<Mutex<State>>,
}

/// What a server does with a path.
#[derive(Clone)]
pub(crate) enum Fault {
    /// It closes in the middle of the body.
    Cut,
    /// It sends less than it has announced, and says nothing more.
    Stall,
    /// It takes more than a second for the body.
    Slow,
    /// It never answers.
    Silence,
    /// It takes its time.
    Late(Duration),
    /// It sends the client elsewhere.
    Redirect(String),
    /// It answers with a status so many times, and then as it should.
    Status(u16, usize),
}

#[derive(Default)]
struct State {
    folder: PathBuf,
    password: Option<String>,
    faults: BTreeMap<String, Fault>,
    requests: Vec<Request>,
}

/// A request that came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) status: u16,
}

impl Web {
    /// Serves a folder.
    pub(crate) fn serve(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there are ports");
        let address = listener.local_addr().expect("it listens").to_string();
        let state = Arc::new(Mutex::new(State {
            folder: folder.to_owned(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || while_open(&stream, &state));
            }
        });
        Web { address, state }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets in only who knows the password: base64 of `USER:PASSWORD`.
    pub(crate) fn require(&self, password: &str) {
        self.state.lock().expect("nobody panics").password = Some(password.to_owned());
    }

    /// Misbehaves at a path.
    pub(crate) fn fail(&self, path: &str, fault: Fault) {
        self.state
            .lock()
            .expect("nobody panics")
            .faults
            .insert(path.to_owned(), fault);
    }

    /// Behaves again.
    pub(crate) fn behave(&self) {
        self.state.lock().expect("nobody panics").faults.clear();
    }

    /// What it was asked since the last time.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.lock().expect("nobody panics").requests)
    }
}

fn while_open(stream: &TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    while let Some((path, headers)) = read(&mut reader) {
        if answer(stream, state, &path, headers).is_none() {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<(String, BTreeMap<String, String>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => return Some((path, headers)),
        };
    }
}

/// Answers one request; nothing when the connection is over.
fn answer(
    mut stream: &TcpStream,
    state: &Mutex<State>,
    path: &str,
    headers: BTreeMap<String, String>,
) -> Option<()> {
    let (fault, status, body, tag) = {
        let mut state = state.lock().ok()?;
        let fault = next_fault(&mut state, path);
        let file = state.folder.join(path.trim_start_matches('/').split('?').next()?);
        let body = std::fs::read(file).ok().unwrap_or_default();
        let tag = tag_of(&body);
        let is_known = headers.get("if-none-match") == Some(&tag);
        let may_enter = state
            .password
            .as_ref()
            .is_none_or(|password| headers.get("authorization") == Some(&format!("Basic {password}")));
        let status = match &fault {
            Some(Fault::Status(status, _)) => *status,
            Some(Fault::Redirect(_)) => 302,
            _ if !may_enter => 401,
            _ if body.is_empty() => 404,
            _ if is_known => 304,
            _ => 200,
        };
        state.requests.push(Request {
            path: path.to_owned(),
            headers,
            status,
        });
        (fault, status, body, tag)
    };
    let body = if status == 200 { body } else { Vec::new() };
    let head = |length: usize, more: &str| {
        let head = format!("HTTP/1.1 {status} {}\r\n", phrase(status));
        format!("{head}Content-Length: {length}\r\nETag: {tag}\r\n{more}\r\n")
    };
    pause(fault.as_ref());
    match fault {
        Some(Fault::Silence) => std::thread::sleep(Duration::from_secs(60)),
        Some(Fault::Redirect(target)) => {
            stream
                .write_all(head(0, &format!("Location: {target}\r\n")).as_bytes())
                .ok()?;
            return Some(());
        }
        Some(fault @ (Fault::Cut | Fault::Stall)) => {
            stream.write_all(head(body.len(), "").as_bytes()).ok()?;
            stream.write_all(&body[..body.len() / 2]).ok()?;
            if matches!(fault, Fault::Stall) {
                std::thread::sleep(Duration::from_secs(60));
            }
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
        Some(Fault::Slow) => {
            stream.write_all(head(body.len(), "").as_bytes()).ok()?;
            return write_slowly(stream, &body).ok();
        }
        _ => {
            stream.write_all(head(body.len(), "").as_bytes()).ok()?;
            stream.write_all(&body).ok()?;
            return Some(());
        }
    }
    None
}

fn tag_of(body: &[u8]) -> String {
    let sum: u64 = body.iter().map(|byte| u64::from(*byte)).sum();
    format!("\"{}-{sum}\"", body.len())
}

/// Writes a body piece by piece, for more than a second.
pub(super) fn write_slowly(mut stream: &TcpStream, body: &[u8]) -> std::io::Result<()> {
    for piece in body.chunks(body.len() / 5 + 1) {
        stream.write_all(piece)?;
        std::thread::sleep(Duration::from_millis(300));
    }
    Ok(())
}

fn pause(fault: Option<&Fault>) {
    if let Some(Fault::Late(time)) = fault {
        std::thread::sleep(*time);
    }
}

/// A server may word it as it likes.
fn phrase(status: u16) -> &'static str {
    match status {
        404 => "File not found",
        401 => "Unauthorized",
        503 => "Service Unavailable",
        _ => "Said",
    }
}

fn next_fault(state: &mut State, path: &str) -> Option<Fault> {
    let fault = state.faults.get_mut(path)?;
    if let Fault::Status(_, times) = fault {
        if *times == 0 {
            state.faults.remove(path);
            return None;
        }
        *times -= 1;
    }
    state.faults.get(path).cloned()
}
