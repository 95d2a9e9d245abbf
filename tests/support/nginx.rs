//! A real web server: nginx, serving a folder; plain, with a password, or with TLS and certificates of clients.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::certificates::Certificates;
use super::registry::free_address;
use super::{TestEnv, skip};

/// `alice` with the password `wonderland`, in a form that nginx reads without help of the system.
const HTPASSWD: &str = "alice:{PLAIN}wonderland\n";

/// How the server is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anybody may read, in clear.
    Open,
    /// With name and password.
    Basic,
    /// With TLS, and certificates of clients.
    Mutual,
}

/// A running server; it ends with this.
pub(crate) struct Nginx {
    child: Child,
    address: String,
    kind: Kind,
    certificates: Certificates,
}

impl Nginx {
    /// Serves the folder `site` of `env`; nothing, with a loud line, where there is no nginx.
    pub(crate) fn start(env: &TestEnv, kind: Kind) -> Option<Self> {
        let folder = env.path().join("nginx");
        std::fs::create_dir_all(&folder).expect("folders can be made");
        std::fs::create_dir_all(env.path().join("site")).expect("folders can be made");
        // Its workers are nobody.
        let readable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(env.path(), readable).expect("the folder is ours");
        let certificates = Certificates::new(&folder);
        let address = free_address();
        std::fs::write(folder.join("htpasswd"), HTPASSWD).expect("files can be written");
        let path = folder.display();
        let site = env.path().join("site");
        let (tls, guard) = match kind {
            Kind::Open => ("", String::new()),
            Kind::Basic => (
                "",
                format!("auth_basic charts; auth_basic_user_file {path}/htpasswd;"),
            ),
            Kind::Mutual => (
                " ssl",
                format!(
                    "ssl_certificate {path}/server.pem; ssl_certificate_key {path}/server-key.pem; \
                     ssl_client_certificate {path}/ca.pem; ssl_verify_client on;"
                ),
            ),
        };
        let config = format!(
            "daemon off; pid {path}/pid; error_log {path}/error.log;\nevents {{}}\nhttp {{\n  access_log off; \
             client_body_temp_path {path}/body; proxy_temp_path {path}/proxy; fastcgi_temp_path {path}/fastcgi; \
             uwsgi_temp_path {path}/uwsgi; scgi_temp_path {path}/scgi;\n  server {{ listen {address}{tls}; root {}; \
             {guard} }}\n}}\n",
            site.display()
        );
        std::fs::write(folder.join("nginx.conf"), config).expect("files can be written");
        let started = Command::new("nginx")
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .arg("-p")
            .arg(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            skip(
                "tests with a web server",
                "nginx is not installed (package nginx-light)",
            );
            return None;
        };
        let server = Nginx {
            child,
            address,
            kind,
            certificates,
        };
        server.wait();
        Some(server)
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.kind == Kind::Mutual {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// The flags that reach it.
    pub(crate) fn flags(&self) -> String {
        let file = |name: &str| self.certificates.path(name);
        match self.kind {
            Kind::Open => String::new(),
            Kind::Basic => "--username alice --password wonderland".to_owned(),
            Kind::Mutual => format!(
                "--ca-file {} --cert-file {} --key-file {}",
                file("ca.pem"),
                file("client.pem"),
                file("client-key.pem")
            ),
        }
    }

    fn wait(&self) {
        let begin = Instant::now();
        while TcpStream::connect(&self.address).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(30), "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers when it is asked to.
        let pid = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap_or(0));
        let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM);
        let _ = self.child.wait();
    }
}
