//! The real registry of the distribution project, started for a test.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::certificates::Certificates;
use super::tokens::Tokens;
use super::{TestEnv, control_plane, skip};
use crate::support::patience::until;

/// `alice` with the password `wonderland`, as `htpasswd -B` writes it.
const HTPASSWD: &str = "alice:$2a$10$b5AIKoWVf18n85G732S.b.BcZ4RlVz6An9ZxVI2gUTLub7XQyUAdy\n";

/// How a registry is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anybody may do anything, in clear.
    Open,
    /// With name and password.
    Basic,
    /// With tokens.
    Token,
    /// With TLS.
    Tls,
    /// With TLS, and certificates of clients.
    Mutual,
    /// With TLS, and a certificate of long ago.
    Expired,
}

/// Every kind that can be spoken to.
pub(crate) const KINDS: [Kind; 5] = [Kind::Open, Kind::Basic, Kind::Token, Kind::Tls, Kind::Mutual];

/// A running registry; it ends with this.
pub(crate) struct Registry {
    child: Child,
    pub(crate) kind: Kind,
    pub(crate) address: String,
    pub(crate) certificates: Certificates,
    _tokens: Option<Tokens>,
}

impl Registry {
    /// Starts a registry that keeps everything in the folder of `env`; nothing, with a loud line, where it cannot be had.
    pub(crate) fn start(env: &TestEnv, kind: Kind) -> Option<Self> {
        let program = match control_plane::registry() {
            Ok(program) => program,
            Err(why) => {
                skip("tests with a registry", &why);
                return None;
            }
        };
        let folder = env.path().join("registry");
        std::fs::create_dir_all(&folder).expect("folders can be made");
        let address = free_address();
        let tokens = (kind == Kind::Token).then(Tokens::start);
        let certificates = Certificates::new(&folder);
        let config = config((kind, &address), &folder, (&certificates, tokens.as_ref()));
        std::fs::write(folder.join("config.yml"), config).expect("files can be written");
        let child = Command::new(program)
            .arg("serve")
            .arg(folder.join("config.yml"))
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the registry starts");
        let registry = Registry {
            child,
            kind,
            address,
            certificates,
            _tokens: tokens,
        };
        registry.wait();
        Some(registry)
    }

    /// A place in it: `oci://host:port/folder`.
    pub(crate) fn place(&self, folder: &str) -> String {
        format!("oci://{}/{folder}", self.address)
    }

    /// The flags that reach it.
    pub(crate) fn flags(&self) -> String {
        let file = |name: &str| self.certificates.path(name);
        match self.kind {
            Kind::Tls | Kind::Expired => format!("--ca-file {}", file("ca.pem")),
            Kind::Mutual => format!(
                "--ca-file {} --cert-file {} --key-file {}",
                file("ca.pem"),
                file("client.pem"),
                file("client-key.pem")
            ),
            _ => "--plain-http".to_owned(),
        }
    }

    fn wait(&self) {
        until("the registry listens", || TcpStream::connect(&self.address).ok());
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

fn config(
    (kind, address): (Kind, &str),
    folder: &Path,
    (certificates, tokens): (&Certificates, Option<&Tokens>),
) -> String {
    let mut text = format!(
        "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nstorage:\n  filesystem: {{rootdirectory: \
         {}}}\n  delete: {{enabled: true}}\nhttp:\n  addr: {address}\n",
        folder.join("data").display()
    );
    let file = |name: &str| certificates.path(name);
    match kind {
        Kind::Open => {}
        Kind::Tls | Kind::Expired => {
            let name = if kind == Kind::Tls { "server" } else { "expired" };
            let (server, key) = (file(&format!("{name}.pem")), file(&format!("{name}-key.pem")));
            text.push_str(&format!("  tls: {{certificate: {server}, key: {key}}}\n"));
        }
        Kind::Mutual => {
            let (server, key, ca) = (file("server.pem"), file("server-key.pem"), file("ca.pem"));
            text.push_str(&format!(
                "  tls: {{certificate: {server}, key: {key}, clientcas: [{ca}]}}\n"
            ));
        }
        Kind::Basic => {
            let path = folder.join("htpasswd");
            std::fs::write(&path, HTPASSWD).expect("files can be written");
            text.push_str(&format!(
                "auth:\n  htpasswd: {{realm: tests, path: {}}}\n",
                path.display()
            ));
        }
        Kind::Token => {
            let tokens = tokens.expect("a token service");
            let path = folder.join("tokens.pem");
            std::fs::write(&path, &tokens.certificate).expect("files can be written");
            text.push_str(&format!(
                "auth:\n  token:\n    realm: http://{}/token\n    service: tests\n    issuer: tests\n    \
                 rootcertbundle: {}\n",
                tokens.server.address(),
                path.display()
            ));
        }
    }
    text
}
