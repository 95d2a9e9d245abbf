//! A proxy that makes tunnels (`CONNECT`, or SOCKS 5 as RFC 1928 has it) to ports of this machine, whatever name is asked
//! for, and writes down who asks.

use std::io::{BufRead, BufReader, Read, Write};
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

    /// Its URL for those who speak SOCKS 5.
    pub(crate) fn socks_url(&self) -> String {
        format!("socks5://{}", self.address)
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
    let mut first = [0];
    client.peek(&mut first).ok()?;
    let (target, answer) = if first == [5] {
        (greet_socks(&mut client)?, b"\x05\0\0\x01\0\0\0\0\0\0".as_slice())
    } else {
        (read_connect(&client)?, b"HTTP/1.1 200 OK\r\n\r\n".as_slice())
    };
    let port: u16 = target.split(' ').next()?.rsplit(':').next()?.parse().ok()?;
    asked.lock().ok()?.push(target);
    let mut server = TcpStream::connect(("127.0.0.1", port)).ok()?;
    client.write_all(answer).ok()?;
    let (mut to_client, mut from_server) = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut client, &mut server);
    server.shutdown(Shutdown::Write).ok()
}

/// Takes anybody, and returns the name and port that are asked for.
fn greet_socks(client: &mut TcpStream) -> Option<String> {
    let methods = read(client, 2)?[1];
    read(client, methods.into())?;
    client.write_all(b"\x05\0").ok()?;
    let host = match read(client, 4)?[3] {
        3 => {
            let length = read(client, 1)?[0];
            String::from_utf8(read(client, length.into())?).ok()?
        }
        _ => format!("{:?}", read(client, 4)?),
    };
    let port = read(client, 2)?;
    Some(format!("{host}:{}", u16::from_be_bytes([port[0], port[1]])))
}

fn read(client: &mut TcpStream, count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    client.read_exact(&mut bytes).ok().map(|()| bytes)
}

/// Returns what a `CONNECT` asks for, and the secret that it carries.
fn read_connect(client: &TcpStream) -> Option<String> {
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
    Some(format!("{target} {secret}"))
}
