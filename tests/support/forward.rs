//! A forward proxy, as networks with borders have them: it passes requests on, opens tunnels, and writes down what for.
//!
//! Names are what the test says that they are: nobody else needs to know them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A proxy on a port of this machine; it ends with the test.
pub(crate) struct Forward {
    address: String,
    seen: Arc<Mutex<Vec<String>>>,
}

/// Addresses by the name and port that a client asks for.
type Names = BTreeMap<String, String>;

impl Forward {
    /// Starts a proxy that knows these names: `host:port` → `address:port`.
    pub(crate) fn start(names: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there are ports");
        let address = listener.local_addr().expect("it listens").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let names: Names = names
            .iter()
            .map(|(name, address)| ((*name).to_owned(), (*address).to_owned()))
            .collect();
        let (names, heard) = (Arc::new(names), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (names, heard) = (Arc::clone(&names), Arc::clone(&heard));
                std::thread::spawn(move || serve(stream, &names, &heard));
            }
        });
        Forward { address, seen }
    }

    /// Where it is, for somebody with a name and a password.
    pub(crate) fn url(&self) -> String {
        format!("http://proxied:proxysecret@{}", self.address)
    }

    /// What went through since the last time: methods and targets.
    pub(crate) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().expect("nobody panics"))
    }
}

/// Serves one connection; whoever goes away hears nothing.
fn serve(mut client: TcpStream, names: &Names, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut head = Vec::new();
    loop {
        let mut field = String::new();
        reader.read_line(&mut field).ok()?;
        if field.trim().is_empty() {
            break;
        }
        head.push(field);
    }
    // Names of fields come in any case.
    let is_known = head.iter().any(|field| {
        let (name, value) = field.split_once(": ").unwrap_or_default();
        name.eq_ignore_ascii_case("proxy-authorization")
            && value.trim() == "Basic cHJveGllZDpwcm94eXNlY3JldA=="
    });
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    heard.lock().ok()?.push(format!("{method} {target}"));
    if !is_known {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        return client.write_all(refusal.as_bytes()).ok();
    }
    let (name, path) = if method == "CONNECT" {
        (target.to_owned(), String::new())
    } else {
        let rest = target.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = if host.contains(':') {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        (host, format!("/{path}"))
    };
    let Some(mut server) = names.get(&name).and_then(|at| TcpStream::connect(at).ok()) else {
        let refusal = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
        return client.write_all(refusal.as_bytes()).ok();
    };
    if method == "CONNECT" {
        client
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .ok()?;
    } else {
        // One request per connection: the answer ends with it.
        let fields = head.iter().filter(|field| {
            !field.to_lowercase().starts_with("proxy-") && !field.to_lowercase().starts_with("connection:")
        });
        let fields: String = fields.map(String::as_str).collect();
        let request = format!("{method} {path} HTTP/1.1\r\n{fields}Connection: close\r\n\r\n");
        server.write_all(request.as_bytes()).ok()?;
    }
    let mut up = server.try_clone().ok()?;
    std::thread::spawn(move || {
        let _ = copy(&mut reader, &mut up);
        let _ = up.shutdown(Shutdown::Write);
    });
    copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Both).ok()
}

fn copy(from: &mut impl Read, to: &mut impl Write) -> Option<()> {
    std::io::copy(from, to).ok().map(drop)
}
