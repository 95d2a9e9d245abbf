//! Settings: the environment and the global flags, read once.
//!
//! The only file that reads environment variables. Rules and names: Helm's `pkg/cli/environment.go` and `pkg/helmpath`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use release::SqlDefaults;
use repo::http::ProxyRules;
use repo::oci::CredentialStore;

use crate::access::Connection;
use crate::args::path;
use crate::cli::GlobalArgs;
use crate::commands::env;

/// Everything that the environment and the global flags say, with Helm's defaults filled in.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The namespace asked for by flag or variable; the kubeconfig's is used when there is none.
    pub(crate) namespace: Option<String>,
    /// Which cluster, and as whom.
    pub(crate) kube: KubeSettings,
    /// Where files of ours are kept.
    pub(crate) homes: Homes,
    /// How fast requests may follow each other. There is no limit unless the user sets one.
    pub(crate) limits: Limits,
    /// The time that every file of a package shall have, if it is fixed.
    pub(crate) source_date_epoch: Option<String>,
    /// Whether Helm's experiment with charts of another version is asked for.
    pub(crate) has_chart_v3: bool,
    /// Whether plugins count as commands.
    pub(crate) has_plugins: bool,
    /// The file with GnuPG's public keys.
    pub(crate) keyring: String,
    /// The path that the program was called by.
    pub(crate) binary: String,
    /// Who runs the program, for others to read.
    pub(crate) user: String,
    /// Verbose output.
    pub(crate) debug: bool,
    /// Revisions kept for a release; 0 keeps all.
    pub(crate) max_history: usize,
    /// The store for release records, as `HELM_DRIVER` names it.
    pub(crate) driver: String,
    /// Where the database of the `sql` driver is.
    pub(crate) sql_address: String,
    /// When to write colour.
    pub(crate) color: ColorMode,
    /// Whether the terminal, or its user, wants no colour.
    pub(crate) is_colorless: bool,
    /// How the program was called: `cox`, or `helm` through a link.
    pub(crate) program: Program,
}

/// The connection part of the settings: each overrides what the kubeconfig says.
#[derive(Debug, Clone, Default)]
pub(crate) struct KubeSettings {
    /// Kubeconfig files in order of precedence.
    pub(crate) config_files: Vec<PathBuf>,
    /// Whether the files were named by the user, so that a missing one is an error of his.
    pub(crate) config_is_explicit: bool,
    pub(crate) context: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) as_user: Option<String>,
    pub(crate) as_groups: Vec<String>,
    pub(crate) api_server: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) insecure_skip_tls_verify: bool,
    /// Which requests go through a proxy.
    pub(crate) proxy: ProxyRules,
    /// The API server as Kubernetes tells it to pods.
    pub(crate) service: Option<Service>,
    /// The namespace of the pod that we are in, if it says so.
    pub(crate) pod_namespace: Option<String>,
    /// Where programs are looked for that are named without a folder: `$PATH`, without what is relative.
    pub(crate) program_folders: Vec<PathBuf>,
}

/// Where a service is.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) host: String,
    pub(crate) port: String,
}

/// Folders and files of ours, as Helm's `pkg/helmpath` finds them.
#[derive(Debug, Clone)]
pub(crate) struct Homes {
    pub(crate) cache: String,
    pub(crate) config: String,
    pub(crate) data: String,
    pub(crate) plugins: String,
    pub(crate) registry_config: String,
    pub(crate) repository_config: String,
    pub(crate) repository_cache: String,
    pub(crate) content_cache: String,
}

/// The limits for requests to the cluster.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) burst_limit: i64,
    pub(crate) qps: f32,
    /// Whether the user said any of this.
    pub(crate) is_asked_for: bool,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColorMode {
    Never,
    Auto,
    Always,
}

/// The name that the program was called by decides how much it may say beyond Helm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Cox,
    Helm,
}

impl ColorMode {
    /// The word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ColorMode::Never => "never",
            ColorMode::Auto => "auto",
            ColorMode::Always => "always",
        }
    }
}

impl Program {
    /// Reads the name from the first argument of the process.
    pub(crate) fn from_argument(argument: &str) -> Self {
        match Path::new(argument).file_stem() {
            Some(stem) if stem == "helm" => Program::Helm,
            _ => Program::Cox,
        }
    }

    /// The name for usage lines.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Program::Cox => "cox",
            Program::Helm => "helm",
        }
    }
}

/// Variables, and the settings of an address that they stand for.
const SQL_VARIABLES: [(&str, &str); 12] = [
    ("PGHOST", "host"),
    ("PGPORT", "port"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGDATABASE", "dbname"),
    ("PGOPTIONS", "options"),
    ("PGAPPNAME", "application_name"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
];

impl Settings {
    /// The environment for a program that is started; what is no text is left out.
    #[expect(clippy::unused_self, reason = "what is read of the environment is read here")]
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        std::env::vars_os().filter_map(text).collect()
    }

    /// The namespace of this request: the flag's, else the kubeconfig context's, else `default`.
    pub(crate) fn effective_namespace(&self) -> String {
        let configured = || Connection::load(&self.kube).ok()?.namespace();
        let asked = self.namespace.clone();
        asked.or_else(configured).unwrap_or_else(|| "default".to_owned())
    }

    /// The environment for a plugin: ours, and how this program is set up.
    pub(crate) fn plugin_environment(&self) -> BTreeMap<String, String> {
        let mut environment = self.environment();
        environment.extend(self.plugin_variables());
        environment
    }

    /// How this program is set up, for a plugin.
    pub(crate) fn plugin_variables(&self) -> BTreeMap<String, String> {
        let own = env::variables(self, &self.effective_namespace());
        own.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// Which requests go through a proxy, as Go reads it from the environment. A web server that runs us sets
    /// `HTTP_PROXY` to what its visitors say, so it does not count there.
    pub(crate) fn proxy(&self) -> ProxyRules {
        self.kube.proxy.clone()
    }

    /// The file with the mirrors of repositories and registries.
    pub(crate) fn mirrors(&self) -> PathBuf {
        let beside = || Path::new(&self.homes.registry_config).with_file_name("mirrors.yaml");
        variable("COX_MIRRORS").map_or_else(beside, PathBuf::from)
    }

    /// Where credentials for registries are: Helm's file, Docker's, and the keychain that Docker would choose here
    /// (`pass` where there is one, else the desktop's).
    pub(crate) fn credentials(&self) -> CredentialStore {
        let docker = variable("DOCKER_CONFIG").or_else(|| Some(path::join(&variable("HOME")?, ".docker")));
        let keychain = match self.find_program("pass") {
            Some(_) => "pass",
            None => "secretservice",
        };
        let is_there = self
            .find_program(&format!("docker-credential-{keychain}"))
            .is_some();
        CredentialStore {
            docker_file: docker.map(|folder| Path::new(&folder).join("config.json")),
            default_helper: is_there.then(|| keychain.to_owned()),
            ..CredentialStore::new(Path::new(&self.homes.registry_config))
        }
    }

    /// What PostgreSQL's own variables and files say of a database (`lib/pq`, `connector.go`).
    #[expect(clippy::unused_self, reason = "as above")]
    pub(crate) fn sql_defaults(&self) -> SqlDefaults {
        let known = SQL_VARIABLES.iter();
        let said = known.filter_map(|(name, setting)| Some(((*setting).to_owned(), variable(name)?)));
        let home = variable("HOME").map(PathBuf::from);
        let kept = || home.as_ref().map(|home| home.join(".pgpass"));
        SqlDefaults {
            settings: said.collect(),
            certificates: home.as_ref().map(|home| home.join(".postgresql")),
            passwords: variable("PGPASSFILE").map(PathBuf::from).or_else(kept),
        }
    }

    /// Finds a program: by its path, or in the folders of `$PATH` if it is a mere name.
    #[expect(clippy::unused_self, reason = "as above")]
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        if name.contains(std::path::MAIN_SEPARATOR) {
            return Some(PathBuf::from(name)).filter(|path| path.is_file());
        }
        program_in(std::env::split_paths(&variable("PATH")?), name)
    }

    /// Merges the environment with the global flags; a flag wins.
    pub(crate) fn new(flags: &GlobalArgs, program: Program) -> Self {
        Settings {
            namespace: flags.namespace.clone().or_else(|| variable("HELM_NAMESPACE")),
            kube: KubeSettings::new(flags),
            homes: Homes::new(flags),
            limits: Limits::new(flags),
            source_date_epoch: variable("SOURCE_DATE_EPOCH"),
            has_chart_v3: variable("HELM_EXPERIMENTAL_CHART_V3").is_some(),
            has_plugins: variable("HELM_NO_PLUGINS").as_deref() != Some("1"),
            keyring: keyring(),
            binary: std::env::args_os()
                .next()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            user: variable("USER")
                .or_else(|| variable("LOGNAME"))
                .or_else(|| variable("USERNAME"))
                .unwrap_or_else(|| "unknown".to_owned()),
            debug: flags.debug || variable("HELM_DEBUG").is_some_and(|text| is_true(&text)),
            max_history: variable("HELM_MAX_HISTORY")
                .and_then(|text| text.parse().ok())
                .unwrap_or(10),
            driver: variable("HELM_DRIVER").unwrap_or_default(),
            sql_address: variable("HELM_DRIVER_SQL_CONNECTION_STRING").unwrap_or_default(),
            color: flags.color.unwrap_or_else(color_from_environment),
            is_colorless: variable("NO_COLOR").is_some() || variable("TERM").as_deref() == Some("dumb"),
            program,
        }
    }
}

impl Homes {
    fn new(flags: &GlobalArgs) -> Self {
        let cache = home("HELM_CACHE_HOME", "XDG_CACHE_HOME", ".cache");
        let config = home("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config");
        let data = home("HELM_DATA_HOME", "XDG_DATA_HOME", ".local/share");
        let place = |flag: &Option<String>, name: &str, home: &str, file: &str| {
            let asked = flag.clone().or_else(|| set_variable(name));
            asked.unwrap_or_else(|| path::join(home, file))
        };
        let registry = "registry/config.json";
        Homes {
            plugins: place(&None, "HELM_PLUGINS", &data, "plugins"),
            registry_config: place(&flags.registry_config, "HELM_REGISTRY_CONFIG", &config, registry),
            repository_config: place(
                &flags.repository_config,
                "HELM_REPOSITORY_CONFIG",
                &config,
                "repositories.yaml",
            ),
            repository_cache: place(
                &flags.repository_cache,
                "HELM_REPOSITORY_CACHE",
                &cache,
                "repository",
            ),
            content_cache: place(&flags.content_cache, "HELM_CONTENT_CACHE", &cache, "content"),
            cache,
            config,
            data,
        }
    }
}

/// Helm's variable names the folder itself, XDG's the one around it.
fn home(own: &str, xdg: &str, default: &str) -> String {
    if let Some(folder) = variable(own) {
        return path::clean(&folder);
    }
    let around = variable(xdg).unwrap_or_else(|| path::join(&variable("HOME").unwrap_or_default(), default));
    path::join(&around, "helm")
}

impl Limits {
    fn new(flags: &GlobalArgs) -> Self {
        let burst_limit = || variable("HELM_BURST_LIMIT")?.parse().ok();
        let qps = || variable("HELM_QPS")?.parse().ok();
        Limits {
            burst_limit: flags.burst_limit.or_else(burst_limit).unwrap_or(100),
            qps: flags.qps.or_else(qps).unwrap_or_default(),
            is_asked_for: [
                flags.burst_limit.or_else(burst_limit).is_some(),
                flags.qps.or_else(qps).is_some(),
            ]
            .contains(&true),
        }
    }
}

impl KubeSettings {
    fn new(flags: &GlobalArgs) -> Self {
        let (config_files, config_is_explicit) = config_files(flags);
        KubeSettings {
            config_files,
            config_is_explicit,
            context: flags
                .kube_context
                .clone()
                .or_else(|| variable("HELM_KUBECONTEXT")),
            token: flags.kube_token.clone().or_else(|| variable("HELM_KUBETOKEN")),
            as_user: flags.kube_as_user.clone().or_else(|| variable("HELM_KUBEASUSER")),
            as_groups: as_groups(flags),
            api_server: flags
                .kube_apiserver
                .clone()
                .or_else(|| variable("HELM_KUBEAPISERVER")),
            ca_file: flags
                .kube_ca_file
                .clone()
                .or_else(|| variable("HELM_KUBECAFILE").map(PathBuf::from)),
            tls_server_name: flags
                .kube_tls_server_name
                .clone()
                .or_else(|| variable("HELM_KUBETLS_SERVER_NAME")),
            insecure_skip_tls_verify: flags.kube_insecure_skip_tls_verify
                || variable("HELM_KUBEINSECURE_SKIP_TLS_VERIFY").is_some_and(|text| is_true(&text)),
            proxy: proxy(),
            service: service(),
            pod_namespace: variable("POD_NAMESPACE"),
            program_folders: program_folders(),
        }
    }
}

fn proxy() -> ProxyRules {
    let either = |upper: &str, lower: &str| variable(upper).or_else(|| variable(lower)).unwrap_or_default();
    let is_visited = variable("REQUEST_METHOD").is_some();
    ProxyRules {
        http: if is_visited {
            String::new()
        } else {
            either("HTTP_PROXY", "http_proxy")
        },
        https: either("HTTPS_PROXY", "https_proxy"),
        none_for: either("NO_PROXY", "no_proxy"),
    }
}

fn service() -> Option<Service> {
    Some(Service {
        host: variable("KUBERNETES_SERVICE_HOST")?,
        port: variable("KUBERNETES_SERVICE_PORT")?,
    })
}

fn program_folders() -> Vec<PathBuf> {
    let places = variable("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&places);
    folders.filter(|folder| folder.is_absolute()).collect()
}

/// `--kubeconfig`, else every file of `$KUBECONFIG`, else `~/.kube/config`.
fn config_files(flags: &GlobalArgs) -> (Vec<PathBuf>, bool) {
    if let Some(file) = flags
        .kubeconfig
        .as_ref()
        .filter(|file| !file.as_os_str().is_empty())
    {
        return (vec![file.clone()], true);
    }
    if let Some(list) = variable("KUBECONFIG") {
        let files = std::env::split_paths(&list)
            .filter(|file| !file.as_os_str().is_empty())
            .collect();
        return (files, false);
    }
    (
        std::env::home_dir()
            .map(|home| home.join(".kube").join("config"))
            .into_iter()
            .collect(),
        false,
    )
}

fn as_groups(flags: &GlobalArgs) -> Vec<String> {
    if !flags.kube_as_group.is_empty() {
        return flags.kube_as_group.clone();
    }
    let list = variable("HELM_KUBEASGROUPS").unwrap_or_default();
    let list = list.trim_matches([',', ' ']);
    if list.is_empty() {
        Vec::new()
    } else {
        list.split(',').map(str::to_owned).collect()
    }
}

/// Finds a program by its mere name in a list of folders.
pub(crate) fn program_in(folders: impl IntoIterator<Item = PathBuf>, name: &str) -> Option<PathBuf> {
    let mut places = folders.into_iter().map(|folder| folder.join(name));
    places.find(|place| place.is_file())
}

fn color_from_environment() -> ColorMode {
    if variable("NO_COLOR").is_some() {
        return ColorMode::Never;
    }
    match variable("HELM_COLOR").unwrap_or_default().to_lowercase().as_str() {
        "never" => ColorMode::Never,
        "always" => ColorMode::Always,
        _ => ColorMode::Auto,
    }
}

/// GnuPG's keyring of old, where it keeps its files; GnuPG 2.1 and later make another one (`pubring.kbx`).
fn keyring() -> String {
    let home = set_variable("GNUPGHOME");
    let home = home.unwrap_or_else(|| path::join(&variable("HOME").unwrap_or_default(), ".gnupg"));
    path::join(&home, "pubring.gpg")
}

/// Whether `TZ` says which time zone this is.
pub(crate) fn names_time_zone() -> bool {
    set_variable("TZ").is_some()
}

/// The forms that Go's `strconv.ParseBool` takes for true.
fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "TRUE" | "true" | "True")
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    set_variable(name).filter(|value| !value.is_empty())
}

/// A variable that is set, if only to nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
fn set_variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
