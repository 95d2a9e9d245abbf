//! Kubeconfig files: read, checked for their form, merged. The first file to name a thing wins.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf, absolute};

use base64::DecodeError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::FileError;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::error::{ConnectError, FileFault};
use crate::settings::KubeSettings;

/// What all files say together.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) clusters: BTreeMap<String, Cluster>,
    pub(super) users: BTreeMap<String, User>,
    contexts: BTreeMap<String, Context>,
    current_context: String,
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[derive(Default)]
struct Written {
    clusters: Vec<Value>,
    users: Vec<Value>,
    contexts: Vec<Value>,
    current_context: String,
}

/// A cluster and how to reach it.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Cluster {
    pub(super) server: String,
    pub(super) tls_server_name: String,
    pub(super) insecure_skip_tls_verify: bool,
    pub(super) certificate_authority: String,
    pub(super) certificate_authority_data: Data,
    pub(super) proxy_url: String,
    pub(super) disable_compression: bool,
    pub(super) extensions: Vec<Extension>,
}

/// Something that a kubeconfig holds for others.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Extension {
    name: String,
    extension: Value,
}

/// A user and how he proves that he is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct User {
    #[serde(rename = "client-certificate")]
    pub(super) certificate: String,
    #[serde(rename = "client-certificate-data")]
    pub(super) certificate_data: Data,
    #[serde(rename = "client-key")]
    pub(super) key: String,
    #[serde(rename = "client-key-data")]
    pub(super) key_data: Data,
    pub(super) token: String,
    #[serde(rename = "tokenFile")]
    pub(super) token_file: String,
    #[serde(rename = "as")]
    pub(super) impersonate: String,
    #[serde(rename = "as-uid")]
    pub(super) impersonate_uid: String,
    #[serde(rename = "as-groups")]
    pub(super) impersonate_groups: Vec<String>,
    #[serde(rename = "as-user-extra")]
    pub(super) impersonate_extra: BTreeMap<String, Vec<String>>,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) auth_provider: Option<Value>,
    pub(super) exec: Option<Exec>,
}

/// A program that says who we are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Exec {
    pub(super) command: String,
    pub(super) args: Vec<String>,
    pub(super) env: Vec<Variable>,
    pub(super) api_version: String,
    pub(super) install_hint: String,
    pub(super) provide_cluster_info: bool,
    pub(super) interactive_mode: String,
}

/// A variable that a program finds in its environment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
}

/// Which user at which cluster.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Context {
    pub(super) cluster: String,
    pub(super) user: String,
    pub(super) namespace: String,
}

/// Bytes that are written in base64. They are not shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Data(pub(super) Vec<u8>);

impl From<Vec<u8>> for Data {
    fn from(bytes: Vec<u8>) -> Self {
        Data(bytes)
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?.replace(['\r', '\n'], "");
        let bytes = STANDARD.decode(&text).map_err(|error| {
            let at = match error {
                DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _) => at,
                _ => text.len() / 4 * 4,
            };
            D::Error::custom(format!("illegal base64 data at input byte {at}"))
        })?;
        Ok(Data(bytes))
    }
}

impl Default for Cluster {
    fn default() -> Self {
        Cluster {
            server: super::FALLBACK_SERVER.to_owned(),
            tls_server_name: String::new(),
            insecure_skip_tls_verify: false,
            certificate_authority: String::new(),
            certificate_authority_data: Data::default(),
            proxy_url: String::new(),
            disable_compression: false,
            extensions: Vec::new(),
        }
    }
}

impl Cluster {
    /// What the kubeconfig wants credential plugins to know of this cluster.
    pub(super) fn for_plugins(&self) -> Value {
        let reserved = "client.authentication.k8s.io/exec";
        let found = self
            .extensions
            .iter()
            .find(|extension| extension.name == reserved);
        found
            .map(|extension| extension.extension.clone())
            .unwrap_or_default()
    }
}

impl User {
    /// Whether a certificate says who this is.
    pub(super) fn has_certificate(&self) -> bool {
        !self.certificate.is_empty() || !self.certificate_data.0.is_empty()
    }

    /// Forgets how he proves who he is, not whom he plays.
    pub(super) fn forget_secrets(&mut self) {
        *self = User {
            impersonate: std::mem::take(&mut self.impersonate),
            impersonate_uid: std::mem::take(&mut self.impersonate_uid),
            impersonate_groups: std::mem::take(&mut self.impersonate_groups),
            impersonate_extra: std::mem::take(&mut self.impersonate_extra),
            ..User::default()
        };
    }
}

impl Files {
    /// Reads and merges the files that the settings name. Files of `$KUBECONFIG` may be missing, that of the flag not.
    ///
    /// # Errors
    /// [`ConnectError::File`], or [`ConnectError::Files`] with what is wrong with each.
    pub(super) fn read(settings: &KubeSettings) -> Result<Self, ConnectError> {
        let mut all = Files::default();
        let mut faults = Vec::new();
        for path in &settings.config_files {
            match std::fs::metadata(path) {
                Err(error) if settings.config_is_explicit => {
                    return Err(FileError::new("stat", path, &error).into());
                }
                Err(_) => continue,
                Ok(_) => {}
            }
            match read(path) {
                Ok(file) => all.add(file),
                Err(fault) => faults.push(FileFault {
                    path: path.display().to_string(),
                    fault,
                }),
            }
        }
        if faults.is_empty() {
            Ok(all)
        } else {
            Err(ConnectError::Files(faults))
        }
    }

    fn add(&mut self, file: Files) {
        keep_first(&mut self.clusters, file.clusters);
        keep_first(&mut self.users, file.users);
        keep_first(&mut self.contexts, file.contexts);
        if self.current_context.is_empty() {
            self.current_context = file.current_context;
        }
    }

    /// The context of that name, else the current one, else an empty one.
    ///
    /// # Errors
    /// [`ConnectError::NoContext`] where there is none of that name.
    pub(super) fn context(&self, name: Option<&str>) -> Result<Context, ConnectError> {
        match name {
            Some(name) => self
                .contexts
                .get(name)
                .cloned()
                .ok_or_else(|| ConnectError::NoContext {
                    name: name.to_owned(),
                    known: self.contexts.keys().cloned().collect(),
                }),
            None => Ok(self
                .contexts
                .get(&self.current_context)
                .cloned()
                .unwrap_or_default()),
        }
    }

    /// The names of the contexts.
    pub(super) fn context_names(self) -> Vec<String> {
        self.contexts.into_keys().collect()
    }

    /// Says so where the current context is used and not there.
    pub(super) fn dangling_context(&self, name: Option<&str>) -> Option<String> {
        let current = &self.current_context;
        let is_dangling = name.is_none() && !current.is_empty() && !self.contexts.contains_key(current);
        is_dangling.then(|| format!("context was not found for specified context: {current}"))
    }
}

fn keep_first<T>(all: &mut BTreeMap<String, T>, more: BTreeMap<String, T>) {
    for (name, value) in more {
        all.entry(name).or_insert(value);
    }
}

/// Reads one file; what is wrong with it is said in the words of client-go, where they are not Go's own.
fn read(path: &Path) -> Result<Files, String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let operation = if path.is_dir() { "read" } else { "open" };
        FileError::new(operation, path, &error).to_string()
    })?;
    let written = document(&text, "v1", "Config")?;
    let written: Written = serde_json::from_value(written).map_err(|error| error.to_string())?;
    let mut files = Files {
        clusters: by_name(written.clusters, "cluster")?,
        users: by_name(written.users, "user")?,
        contexts: by_name(written.contexts, "context")?,
        current_context: written.current_context,
    };
    files.resolve(path.parent().unwrap_or(Path::new("")));
    Ok(files)
}

/// Reads a document of a kind and version, which it need not name. Nulls are left out.
pub(super) fn document(text: &str, version: &str, kind: &str) -> Result<Value, String> {
    let value = yaml(text)?;
    let what = match &value {
        Value::Object(_) | Value::Null => None,
        Value::Array(_) => Some("array"),
        Value::String(_) => Some("string"),
        Value::Number(_) => Some("number"),
        Value::Bool(_) => Some("bool"),
    };
    if let Some(what) = what {
        return Err(format!(
            "couldn't get version/kind; json parse error: json: cannot unmarshal {what} into Go value of type struct \
             {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}"
        ));
    }
    let word = |key: &str| value[key].as_str().unwrap_or_default();
    let (own_version, own_kind) = (word("apiVersion"), word("kind"));
    let is_version = own_version.is_empty() || own_version == version;
    if !is_version || !own_kind.is_empty() && own_kind != kind {
        let own_version = if own_version.is_empty() {
            version
        } else {
            own_version
        };
        let own_kind = if own_kind.is_empty() { kind } else { own_kind };
        return Err(format!(
            "no kind {own_kind:?} is registered for version {own_version:?} in scheme \"pkg/runtime/scheme.go:111\""
        ));
    }
    match without_nulls(value) {
        Value::Null => Ok(Value::Object(serde_json::Map::new())),
        value => Ok(value),
    }
}

/// Reads YAML, or JSON, as it is.
pub(super) fn yaml(text: &str) -> Result<Value, String> {
    let value = chart::yaml::from_str(text).map_err(|error| {
        // Kubernetes reads these files without the package that says this.
        let text = error.to_string();
        text.trim_start_matches("error converting YAML to JSON: ")
            .to_owned()
    })?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// Takes the named things out of a list: `{name: …, <what>: …}`.
fn by_name<T: DeserializeOwned + Default>(
    items: Vec<Value>,
    what: &str,
) -> Result<BTreeMap<String, T>, String> {
    let mut named = BTreeMap::new();
    for mut item in items {
        let name = item["name"].as_str().unwrap_or_default().to_owned();
        let thing = match item.get_mut(what).map(Value::take) {
            Some(value) => serde_json::from_value(value).map_err(|error| error.to_string())?,
            None => T::default(),
        };
        if named.contains_key(&name) {
            return Err(format!("duplicate name {name:?} in list"));
        }
        named.insert(name, thing);
    }
    Ok(named)
}

impl Files {
    /// Paths in a file are relative to its folder. A program without a folder is looked for in `$PATH`.
    fn resolve(&mut self, folder: &Path) {
        let folder = absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let folder = if folder.as_os_str().is_empty() {
            absolute(".").unwrap_or_default()
        } else {
            folder
        };
        for cluster in self.clusters.values_mut() {
            resolve(&mut cluster.certificate_authority, &folder);
        }
        for user in self.users.values_mut() {
            resolve(&mut user.certificate, &folder);
            resolve(&mut user.key, &folder);
            resolve(&mut user.token_file, &folder);
            if let Some(exec) = user.exec.as_mut().filter(|exec| exec.command.contains('/')) {
                resolve(&mut exec.command, &folder);
            }
        }
    }
}

fn resolve(path: &mut String, folder: &Path) {
    if !path.is_empty() {
        let whole: PathBuf = folder.join(&*path);
        *path = crate::args::path::clean(&whole.display().to_string());
    }
}
