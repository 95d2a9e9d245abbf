//! `registry login`.

use std::io::{self, BufRead, Read};

use repo::http::{HttpClient, HttpOptions, Reach};
use repo::oci::{Credential, Protocol};

use crate::args::tls::TlsArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::prompt;

/// login to a registry
///
/// Name and password are asked for when they are not given. In scripts, --password-stdin keeps the password off the
/// command line:
///
///     echo "$GITHUB_TOKEN" | cox registry login ghcr.io -u $GITHUB_USER --password-stdin
#[derive(Debug, clap::Args)]
pub(crate) struct Login {
    #[arg(value_name = "[host]", required = true)]
    host: String,
    /// Helm takes more arguments, and does nothing with them.
    #[arg(value_name = "")]
    more: Vec<String>,
    /// registry username
    #[arg(
        short,
        long,
        value_name = "string",
        default_value = "",
        hide_default_value = true
    )]
    username: String,
    /// registry password or identity token
    #[arg(
        short,
        long,
        value_name = "string",
        default_value = "",
        hide_default_value = true
    )]
    password: String,
    /// read password or identity token from stdin
    #[arg(long)]
    password_stdin: bool,
    /// allow connections to TLS registry without certs
    #[arg(long)]
    insecure: bool,
    #[command(flatten)]
    tls: TlsArgs,
    /// use insecure HTTP connections for the login
    #[arg(long)]
    plain_http: bool,
}

impl Login {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let credential = self.credential(cx)?;
        if let Some((registry, _)) = self.host.split_once('/') {
            let warning = "registry login currently only supports registry hostname, not a repository path";
            let pairs = [("msg", warning), ("host", &self.host), ("suggested", registry)];
            cx.ui().log("WARN", &pairs);
        }
        let store = cx.settings().credentials();
        let access = (self.client(cx)?, self.protocol());
        cx.block_on(async { Ok(repo::oci::login(&self.host, &credential, &store, access).await?) })?;
        Ok(cx.ui().line("Login Succeeded")?)
    }

    /// Asks for what is not given, in Helm's order.
    fn credential(&self, cx: &Context) -> Result<Credential> {
        if self.password_stdin {
            let mut text = String::new();
            io::stdin().lock().read_to_string(&mut text)?;
            let password = text.strip_suffix('\n').unwrap_or(&text);
            let password = password.strip_suffix('\r').unwrap_or(password);
            return Ok(Credential::new(&self.username, password));
        }
        if !self.password.is_empty() {
            cx.ui()
                .warning("using --password via the CLI is insecure. Use --password-stdin");
            return Ok(Credential::new(&self.username, &self.password));
        }
        let username = if self.username.is_empty() {
            ask(cx, "Username: ")?
        } else {
            self.username.clone()
        };
        let (question, missing) = match username.as_str() {
            "" => ("Token: ", "token required"),
            _ => ("Password: ", "password required"),
        };
        let answer = prompt::secret(cx.ui(), question)?;
        if answer.is_empty() {
            return Err(CommandError::new(missing));
        }
        Ok(Credential::new(&username, &String::from_utf8_lossy(&answer)))
    }

    fn client(&self, cx: &Context) -> Result<HttpClient> {
        let options = HttpOptions {
            tls: self.tls.options(self.insecure.into()),
            ..cx.http_options(Reach::Network)
        };
        Ok(HttpClient::new(&options)?)
    }

    fn protocol(&self) -> Protocol {
        if self.plain_http {
            Protocol::Http
        } else {
            Protocol::Https
        }
    }
}

/// Asks a question whose answer anybody may see.
fn ask(cx: &Context, question: &str) -> Result<String> {
    cx.ui().data(question)?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(CommandError::new("EOF"));
    }
    Ok(line.trim().to_owned())
}
