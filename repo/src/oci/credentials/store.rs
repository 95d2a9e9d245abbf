//! `CredentialStore`: Helm's file first, then Docker's; each may name a program that keeps them instead.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::config::{Config, ConfigError};
use super::helper::{Helper, HelperError, PATIENCE};
use super::{Credential, key};

/// Where credentials are looked for and kept.
#[derive(Debug, Clone)]
pub struct CredentialStore {
    /// Helm's file, which is read and written.
    pub file: PathBuf,
    /// Docker's file, which is only read.
    pub docker_file: Option<PathBuf>,
    /// The program of this machine that keeps credentials, by the end of its name (`pass` of `docker-credential-pass`);
    /// used when nobody has logged in with a file yet.
    pub default_helper: Option<String>,
    /// How long a program may take.
    pub patience: Duration,
}

/// Why credentials could not be read or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// A file is in the way.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A program was of no help.
    #[error(transparent)]
    Helper(#[from] HelperError),
}

impl CredentialStore {
    /// A store in this file.
    pub fn new(file: &Path) -> Self {
        CredentialStore {
            file: file.to_owned(),
            docker_file: None,
            default_helper: None,
            patience: PATIENCE,
        }
    }

    /// Looks for the credential of a registry; an empty one when there is none.
    ///
    /// # Errors
    /// When Helm's file or a program fails. Docker's file counts only if it can be read.
    pub async fn get(&self, registry: &str) -> Result<Credential, CredentialError> {
        let server = key(registry);
        let found = self.get_from(&Config::load(&self.file)?, server).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        match self.docker_file.as_deref().map(Config::load) {
            Some(Ok(config)) => self.get_from(&config, server).await,
            _ => Ok(found),
        }
    }

    /// Keeps the credential of a registry.
    ///
    /// # Errors
    /// When the file or the program fails; what was there before is there still.
    pub async fn put(&self, registry: &str, credential: &Credential) -> Result<(), CredentialError> {
        let server = key(registry);
        let mut config = Config::load(&self.file)?;
        let Some(helper) = self.helper(&config, server) else {
            return Ok(config.put(server, credential)?);
        };
        let is_new = !config.is_used();
        self.program(&helper).store(server, credential).await?;
        if is_new {
            config.set_store(&helper)?;
        }
        Ok(())
    }

    /// Forgets the credential of a registry; one that is not there is no error.
    ///
    /// # Errors
    /// As [`CredentialStore::put`].
    pub async fn erase(&self, registry: &str) -> Result<(), CredentialError> {
        let server = key(registry);
        let mut config = Config::load(&self.file)?;
        match self.helper(&config, server) {
            Some(helper) => Ok(self.program(&helper).erase(server).await?),
            None => Ok(config.erase(server)?),
        }
    }

    async fn get_from(&self, config: &Config, server: &str) -> Result<Credential, CredentialError> {
        match self.helper(config, server) {
            Some(helper) => Ok(self.program(&helper).get(server).await?),
            None => Ok(config.credential(server)?),
        }
    }

    fn helper(&self, config: &Config, server: &str) -> Option<String> {
        let detected = || self.default_helper.as_deref().filter(|_| !config.is_used());
        config.helper(server).or_else(detected).map(str::to_owned)
    }

    fn program(&self, name: &str) -> Helper {
        Helper::new(name, self.patience)
    }
}
