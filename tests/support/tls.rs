//! TLS in front of a server: one request per connection, passed on in clear.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// Whom a server lets in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guests {
    /// Everybody.
    All,
    /// Who has a certificate of the authority `ca.pem`.
    Known,
}

/// Listens with the certificate `NAME.pem` of a folder for a server at `http://HOST:PORT`. Returns the URL.
pub(crate) fn front(server: &str, folder: &Path, name: &str, guests: Guests) -> String {
    let config = Arc::new(config(folder, name, guests));
    let target = server.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("there are ports");
    let port = listener.local_addr().expect("it listens").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, target) = (Arc::clone(&config), target.clone());
            // A client that does not like us goes away: nobody is told.
            std::thread::spawn(move || pass_on(stream, config, &target));
        }
    });
    format!("https://localhost:{port}")
}

fn config(folder: &Path, name: &str, guests: Guests) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let read = |file: &str| CertificateDer::from_pem_file(folder.join(file)).expect("a certificate");
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("there are versions");
    let builder = match guests {
        Guests::All => builder.with_no_client_auth(),
        Guests::Known => {
            let mut roots = RootCertStore::empty();
            roots.add(read("ca.pem")).expect("an authority");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}-key.pem"))).expect("a key");
    let chain = vec![read(&format!("{name}.pem"))];
    builder
        .with_single_cert(chain, key)
        .expect("they belong together")
}

/// Reads a request up to its body; nothing of a client that does not like us, or that we do not let in.
fn head(client: &mut impl Read) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    Some(head)
}

/// Ends a connection so that the client gets to read why: who closes what has unread bytes resets it, and the alert is
/// lost on its way.
fn refuse(mut client: TcpStream) {
    let _ = client.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut client, &mut std::io::sink());
}

fn pass_on(stream: TcpStream, config: Arc<ServerConfig>, target: &str) -> Option<()> {
    let connection = ServerConnection::new(config).ok()?;
    let mut client = StreamOwned::new(connection, stream);
    let Some(head) = head(&mut client) else {
        refuse(client.sock);
        return None;
    };
    let mut server = TcpStream::connect(target).ok()?;
    server.write_all(&head).ok()?;
    server.shutdown(Shutdown::Write).ok()?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).ok()?;
    client.write_all(&answer).ok()?;
    client.conn.send_close_notify();
    client.flush().ok()
}
