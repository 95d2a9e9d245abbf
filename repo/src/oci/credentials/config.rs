//! `Config`: the file `config.json`, in Docker's form, which Helm and others read and write as well.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::FileError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Credential;

/// The file. What is not about credentials is kept as it is.
#[derive(Debug, Default)]
pub(super) struct Config {
    path: PathBuf,
    content: BTreeMap<String, Value>,
    auths: BTreeMap<String, Value>,
    store: String,
    helpers: BTreeMap<String, String>,
}

/// Why the file cannot be used. No message holds what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The system refused to open it.
    #[error("failed to open config file at {path}")]
    Open {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// It is not JSON, or not in Docker's form.
    #[error("failed to decode config file {path}: invalid config format: {what}")]
    Format {
        /// The file.
        path: String,
        /// Where it is wrong.
        what: String,
    },
    /// The system refused to write it.
    #[error("failed to save config file")]
    Save(#[source] FileError),
}

/// An entry of `auths`.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(skip_serializing_if = "String::is_empty")]
    auth: String,
    #[serde(rename = "identitytoken", skip_serializing_if = "String::is_empty")]
    identity_token: String,
    #[serde(rename = "registrytoken", skip_serializing_if = "String::is_empty")]
    registry_token: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    username: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    password: String,
}

impl Config {
    /// Reads the file; one that is not there, or is empty, says nothing.
    pub(super) fn load(path: &Path) -> Result<Self, ConfigError> {
        let config = Config {
            path: path.to_owned(),
            ..Config::default()
        };
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(config),
            Err(error) => {
                return Err(ConfigError::Open {
                    path: path.display().to_string(),
                    source: FileError::new("open", path, &error),
                });
            }
        };
        if text.trim_ascii().is_empty() {
            return Ok(config);
        }
        let content: BTreeMap<String, Value> = serde_json::from_slice(&text)
            .map_err(|error| config.malformed(&format!("line {} column {}", error.line(), error.column())))?;
        Ok(Config {
            store: config.field(&content, "credsStore")?,
            helpers: config.field(&content, "credHelpers")?,
            auths: config.field(&content, "auths")?,
            content,
            ..config
        })
    }

    fn field<T: Default + for<'a> Deserialize<'a>>(
        &self,
        content: &BTreeMap<String, Value>,
        name: &str,
    ) -> Result<T, ConfigError> {
        match content.get(name) {
            None | Some(Value::Null) => Ok(T::default()),
            Some(value) => T::deserialize(value).map_err(|_| self.malformed(&format!("the field {name}"))),
        }
    }

    /// Serde's own words quote the text, which may be a password.
    fn malformed(&self, what: &str) -> ConfigError {
        ConfigError::Format {
            path: self.path.display().to_string(),
            what: what.to_owned(),
        }
    }

    /// Whether anybody has logged in anywhere with it.
    pub(super) fn is_used(&self) -> bool {
        !self.store.is_empty() || !self.helpers.is_empty() || !self.auths.is_empty()
    }

    /// The program that keeps the credentials for `server`, by the end of its name.
    pub(super) fn helper(&self, server: &str) -> Option<&str> {
        let own = self.helpers.get(server).filter(|helper| !helper.is_empty());
        let helper = own.unwrap_or(&self.store);
        (!helper.is_empty()).then_some(helper)
    }

    /// What the file itself says for `server`; old files have the server as a URL.
    pub(super) fn credential(&self, server: &str) -> Result<Credential, ConfigError> {
        let legacy = || self.auths.iter().find(|(key, _)| hostname(key) == server);
        let found = self.auths.get_key_value(server).or_else(legacy);
        let Some((_, entry)) = found else {
            return Ok(Credential::default());
        };
        let entry =
            Entry::deserialize(entry).map_err(|_| self.malformed(&format!("the entry of {server}")))?;
        let (username, password) = if entry.auth.is_empty() {
            (entry.username, entry.password)
        } else {
            decode(&entry.auth).ok_or_else(|| self.malformed(&format!("the field auth of {server}")))?
        };
        Ok(Credential {
            username,
            password,
            identity_token: entry.identity_token,
            registry_token: entry.registry_token,
        })
    }

    /// Notes a credential in the file.
    pub(super) fn put(&mut self, server: &str, credential: &Credential) -> Result<(), ConfigError> {
        let entry = Entry {
            auth: encode(credential),
            identity_token: credential.identity_token.clone(),
            registry_token: credential.registry_token.clone(),
            ..Entry::default()
        };
        let entry = serde_json::to_value(entry).expect("text fields can be written");
        self.auths.insert(server.to_owned(), entry);
        self.save()
    }

    /// Takes a credential out of the file; nothing is written when it is not there.
    pub(super) fn erase(&mut self, server: &str) -> Result<(), ConfigError> {
        match self.auths.remove(server) {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    /// Notes which program keeps the credentials of all servers.
    pub(super) fn set_store(&mut self, helper: &str) -> Result<(), ConfigError> {
        helper.clone_into(&mut self.store);
        self.save()
    }

    /// Replaces the file in one step. Nobody else may read it.
    fn save(&mut self) -> Result<(), ConfigError> {
        if self.store.is_empty() {
            self.content.remove("credsStore");
        } else {
            self.content
                .insert("credsStore".to_owned(), self.store.clone().into());
        }
        let auths = self.auths.clone().into_iter().collect();
        self.content.insert("auths".to_owned(), Value::Object(auths));
        let text = chart::json::to_string_indented(&self.content, "\t").expect("JSON can be written again");
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let refused = |operation, path: &Path, error: &std::io::Error| {
            ConfigError::Save(FileError::new(operation, path, error))
        };
        make_folder(folder).map_err(|error| refused("mkdir", folder, &error))?;
        // Temporary files are for their owner alone.
        let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            Ok(file)
        });
        let file = written.map_err(|error| refused("write", folder, &error))?;
        file.persist(&self.path)
            .map_err(|error| refused("rename", &self.path, &error.error))?;
        Ok(())
    }
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn encode(credential: &Credential) -> String {
    if credential.username.is_empty() && credential.password.is_empty() {
        return String::new();
    }
    STANDARD.encode(format!("{}:{}", credential.username, credential.password))
}

fn decode(auth: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(auth).ok()?).ok()?;
    let (username, password) = text.split_once(':')?;
    Some((username.to_owned(), password.to_owned()))
}

fn hostname(address: &str) -> &str {
    let address = address.strip_prefix("http://").unwrap_or(address);
    let address = address.strip_prefix("https://").unwrap_or(address);
    address.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Config, Credential};

    fn ann() -> Credential {
        Credential::new("ann", "s3cret:with:colons")
    }

    #[test]
    fn what_is_not_ours_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("registry/config.json");
        let mut config = Config::load(&path).expect("no file says nothing");
        assert!(!config.is_used());
        config.put("a.org", &ann()).expect("it is written");
        let text = "{\"auths\":{\"https://old.org/v1/\":{\"auth\":\"YTpi\"}},\"HttpHeaders\":{\"X\":\"1\"},\"credHelpers\":{\"h.org\":\"pass\"}}";
        std::fs::write(&path, text).expect("it is written");
        let mut config = Config::load(&path).expect("a config");
        config.put("a.org", &ann()).expect("it is written");
        let config = Config::load(&path).expect("a config");
        assert_eq!(config.credential("a.org").expect("an entry"), ann());
        assert_eq!(
            config.credential("old.org").expect("an entry"),
            Credential::new("a", "b")
        );
        assert_eq!(config.helper("h.org"), Some("pass"));
        assert_eq!(config.helper("a.org"), None);
        assert!(
            std::fs::read_to_string(&path)
                .expect("a file")
                .contains("\n\t\"HttpHeaders\": {\n\t\t\"X\": \"1\"\n\t}")
        );
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("registry/config.json");
        let mut config = Config::load(&path).expect("no file says nothing");
        config.put("a.org", &ann()).expect("it is written");
        let mode =
            |path: &std::path::Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().expect("a folder")), 0o700);
    }

    #[test]
    fn a_wrong_file_is_refused_without_being_quoted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.json");
        for text in [
            "s3cret",
            "{\"auths\":\"s3cret\"}",
            "{\"auths\":{\"a.org\":{\"auth\":\"czNjcmV0\"}}}",
        ] {
            std::fs::write(&path, text).expect("it is written");
            let error = Config::load(&path).and_then(|config| config.credential("a.org").map(|_| ()));
            let said = chart::chain(&error.expect_err(text));
            assert!(
                said.contains("invalid config format") && !said.contains("s3cret"),
                "{said}"
            );
        }
    }
}
