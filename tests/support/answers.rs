//! A small HTTP server that answers as a test says: for what real servers do not do at one's request.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path with what is behind the question mark.
    pub(crate) target: String,
    /// By names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) end: End,
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As it should.
    Whole,
    /// The connection breaks after so many bytes of the body.
    Cut(usize),
    /// After more than a second, a piece at a time.
    Slow,
    /// Nothing comes at all.
    Silence,
}

type Rule = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A running server. It answers until the tests are over.
pub(crate) struct Answers {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Answer {
    /// An answer with a body.
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Answer {
            status,
            headers: Vec::new(),
            body: body.into(),
            end: End::Whole,
        }
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Ends in another way.
    pub(crate) fn ending(self, end: End) -> Self {
        Answer { end, ..self }
    }
}

impl Answers {
    /// Starts a server on a free port.
    pub(crate) fn start(rule: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (rule, heard): (Arc<Rule>, _) = (Arc::new(rule), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (rule, heard) = (rule.clone(), heard.clone());
                std::thread::spawn(move || serve(stream, &*rule, &heard));
            }
        });
        Answers { address, asked }
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What has been asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Answers one request; the connection is closed after it.
fn serve(stream: TcpStream, rule: &Rule, heard: &Mutex<Vec<Asked>>) {
    let Some(asked) = read(&stream) else { return };
    let answer = rule(&asked);
    heard.lock().expect("no panic").push(asked.clone());
    if answer.end == End::Silence {
        std::thread::sleep(Duration::from_secs(600));
        return;
    }
    // Who went away hears nothing.
    let _ = write(stream, &asked, &answer);
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut asked = Asked {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        ..Asked::default()
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        asked.headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = asked
        .headers
        .get("content-length")
        .and_then(|text| text.parse().ok());
    asked.body.resize(length.unwrap_or(0), 0);
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}

fn write(mut stream: TcpStream, asked: &Asked, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Said\r\nConnection: close\r\n", answer.status);
    let has_length = answer.headers.iter().any(|(name, _)| name == "Content-Length");
    if !has_length {
        head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    let body = match answer.end {
        End::Cut(after) => &answer.body[..after],
        _ => &answer.body[..],
    };
    if asked.method == "HEAD" {
        return stream.flush();
    }
    if answer.end == End::Slow {
        return super::web::write_slowly(&stream, body);
    }
    stream.write_all(body)?;
    stream.flush()
}
