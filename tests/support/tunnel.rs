//! A proxy that makes tunnels (`CONNECT`) to ports of this machine, whatever name is asked for, and writes down who asks.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A running proxy; it ends with the test.
pub(crate) struct Tunnel {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there are ports");
        let address = listener.local_addr().expect("it listens").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let shared = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let asked = shared.clone();
                // A client that goes away is nobody's trouble.
                std::thread::spawn(move || serve(stream, &asked));
            }
        });
        Tunnel { address, asked }
    }

    /// Its URL, with `NAME:PASSWORD@` if wanted.
    pub(crate) fn url(&self, secret: &str) -> String {
        format!("http://{secret}{}", self.address)
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics").clone()
    }

    /// Forgets the requests so far.
    pub(crate) fn forget(&self) {
        self.asked.lock().expect("nobody panics").clear();
    }
}

fn serve(mut client: TcpStream, asked: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let target = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    let is_secret = |line: &&str| line.to_lowercase().starts_with("proxy-authorization");
    let secret = head
        .lines()
        .find(is_secret)
        .and_then(|line| line.split_once(": "));
    let secret = secret.map_or_else(String::new, |(_, value)| format!("proxy-authorization: {value}"));
    asked.lock().ok()?.push(format!("{target} {secret}"));
    let port: u16 = target.rsplit(':').next()?.parse().ok()?;
    let mut server = TcpStream::connect(("127.0.0.1", port)).ok()?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
    let (mut to_client, mut from_server) = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut client, &mut server);
    server.shutdown(Shutdown::Write).ok()
}
