//! `repo add`.

use std::io::Read;
use std::time::Duration;

use repo::config::Repository;
use repo::{Added, Existing};

use crate::args::duration;
use crate::args::helm3;
use crate::args::tls::TlsArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::prompt;

/// add a chart repository
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct Add {
    #[arg(value_name = "[NAME]")]
    name: String,
    #[arg(value_name = "[URL]")]
    url: String,
    /// chart repository username
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    username: String,
    /// chart repository password
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    password: String,
    /// read chart repository password from stdin
    #[arg(long)]
    password_stdin: bool,
    /// replace (overwrite) the repo if it already exists
    #[arg(long)]
    force_update: bool,
    /// Helm 3's: what is there is not replaced, which is so without it
    #[arg(long, hide = true)]
    no_update: bool,
    #[command(flatten)]
    tls: TlsArgs,
    /// skip tls certificate checks for the repository
    #[arg(long)]
    insecure_skip_tls_verify: bool,
    /// by default, this command will not allow adding official repos that have been permanently deleted. This disables
    /// that behavior
    #[arg(long)]
    allow_deprecated_repos: bool,
    /// pass credentials to all domains
    #[arg(long)]
    pass_credentials: bool,
    /// time to wait for the index file download to complete
    #[arg(long, value_name = "duration", default_value = "2m0s", value_parser = duration::parse)]
    timeout: Duration,
}

impl Add {
    pub(crate) fn run(mut self, cx: &Context) -> Result {
        let why = "what is there is not replaced without it";
        helm3::hint(cx.ui(), &[(self.no_update, "--no-update", why)]);
        let repositories = cx.repositories(Some(self.timeout))?;
        if !self.allow_deprecated_repos {
            repositories.check_not_gone(&self.url)?;
        }
        if !self.username.is_empty() && self.password.is_empty() {
            self.password = self.ask_for_password(cx)?;
        }
        let existing = if self.force_update {
            Existing::Replaced
        } else {
            Existing::Stays
        };
        let name = self.name.clone();
        let adding = async { Ok(repositories.add(self.into_repository(), existing).await?) };
        let line = match cx.block_on(adding)? {
            Added::New => format!("{name:?} has been added to your repositories"),
            Added::Known => format!("{name:?} already exists with the same configuration, skipping"),
        };
        Ok(cx.ui().line(&line)?)
    }

    fn ask_for_password(&self, cx: &Context) -> Result<String> {
        if !self.password_stdin {
            return Ok(String::from_utf8_lossy(&prompt::secret(cx.ui(), "Password: ")?).into_owned());
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
    }

    fn into_repository(self) -> Repository {
        Repository {
            name: self.name,
            url: self.url,
            username: self.username,
            password: self.password,
            cert_file: self.tls.cert_file,
            key_file: self.tls.key_file,
            ca_file: self.tls.ca_file,
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            pass_credentials_all: self.pass_credentials,
        }
    }
}
