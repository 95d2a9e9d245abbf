//! Addresses of databases as Helm's library (`lib/pq`, `connector.go`) reads them: a URL or `key=value` pairs, over what
//! PostgreSQL's own variables say.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::tls::Files;

/// What holds where an address says nothing.
#[derive(Clone, Debug, Default)]
pub struct SqlDefaults {
    /// Settings by the names that they have in addresses: `host`, `port`, `user`, `password`, `dbname`, `options`,
    /// `application_name`, `connect_timeout` (in seconds), `sslmode`, `sslcert`, `sslkey`, `sslrootcert`.
    pub settings: BTreeMap<String, String>,
    /// The folder with the user's certificates (`~/.postgresql`).
    pub certificates: Option<PathBuf>,
    /// The file with the user's passwords (`~/.pgpass`).
    pub passwords: Option<PathBuf>,
}

/// The settings that the driver does not read itself.
const OURS: [&str; 6] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslinline",
    "sslsni",
];

/// An address, and what is said of TLS apart from it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) rest: String,
    pub(super) tls: BTreeMap<String, String>,
}

impl Address {
    /// Takes the settings of TLS out of a URL or of `key=value` pairs.
    pub(super) fn read(text: &str) -> Self {
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let (base, settings, separator) = match text.split_once('?') {
            Some((base, query)) if is_url => (base, query, '&'),
            _ if is_url => (text, "", '&'),
            _ => ("", text, ' '),
        };
        let mut tls = BTreeMap::new();
        let mut kept = Vec::new();
        for setting in settings.split(separator).filter(|setting| !setting.is_empty()) {
            match setting.split_once('=') {
                Some((name, value)) if OURS.contains(&name) => {
                    let value = if is_url { decoded(value) } else { value.to_owned() };
                    tls.insert(name.to_owned(), value);
                }
                _ => kept.push(setting),
            }
        }
        let kept = kept.join(&separator.to_string());
        let rest = match (is_url, kept.is_empty()) {
            (true, false) => format!("{base}?{kept}"),
            (true, true) => base.to_owned(),
            _ => kept,
        };
        Address { rest, tls }
    }

    /// Returns a setting of TLS, or what holds without it.
    pub(super) fn setting<'a>(&'a self, name: &str, defaults: &'a SqlDefaults) -> Option<&'a str> {
        let said = self.tls.get(name).or_else(|| defaults.settings.get(name));
        said.map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Returns where certificates are.
    pub(super) fn files(&self, defaults: &SqlDefaults) -> Files {
        let place = |name| self.setting(name, defaults).map(str::to_owned);
        Files {
            root: place("sslrootcert"),
            certificate: place("sslcert"),
            key: place("sslkey"),
            are_inline: matches!(
                self.setting("sslinline", defaults),
                Some("1" | "t" | "true" | "yes" | "on")
            ),
            home: defaults.certificates.clone(),
        }
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

impl SqlDefaults {
    /// Fills in what an address left out. Without any host it is this machine.
    pub(super) fn complete(&self, config: &mut Config) {
        let setting = |name: &str| {
            self.settings
                .get(name)
                .map(String::as_str)
                .filter(|text| !text.is_empty())
        };
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host(setting("host").unwrap_or("localhost"));
        }
        if let (true, Some(port)) = (config.get_ports().is_empty(), number(setting("port"))) {
            config.port(port);
        }
        if let (None, Some(user)) = (config.get_user(), setting("user")) {
            config.user(user);
        }
        if let (None, Some(name)) = (config.get_dbname(), setting("dbname")) {
            config.dbname(name);
        }
        if let (None, Some(options)) = (config.get_options(), setting("options")) {
            config.options(options);
        }
        if let (None, Some(name)) = (config.get_application_name(), setting("application_name")) {
            config.application_name(name);
        }
        if let (None, Some(seconds)) = (
            config.get_connect_timeout(),
            number::<u32>(setting("connect_timeout")),
        ) {
            config.connect_timeout(Duration::from_secs(u64::from(seconds)));
        }
        if config.get_password().is_some() {
            return;
        }
        if let Some(password) = setting("password")
            .map(str::to_owned)
            .or_else(|| self.kept_password(config))
        {
            config.password(password);
        }
    }

    fn kept_password(&self, config: &Config) -> Option<String> {
        find_password(&std::fs::read_to_string(self.passwords.as_ref()?).ok()?, config)
    }
}

/// Looks a password up in lines of host, port, database, user and password; `*` is any.
fn find_password(text: &str, config: &Config) -> Option<String> {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.as_str(),
        _ => "localhost",
    };
    let user = config.get_user().unwrap_or_default();
    let port = config.get_ports().first().unwrap_or(&5432).to_string();
    let wanted = [host, &port, config.get_dbname().unwrap_or(user), user];
    let fits = |fields: &Vec<String>| {
        let mut pairs = fields.iter().zip(wanted);
        fields.len() == 5 && pairs.all(|(field, wanted)| field == "*" || field == wanted)
    };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(fields).find(fits)?.pop()
}

fn number<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

/// Cuts a line at its colons; a backslash keeps the next character from having a meaning.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_escaped = false;
    for character in line.chars() {
        match character {
            '\\' if !is_escaped => is_escaped = true,
            ':' if !is_escaped => fields.push(String::new()),
            other => {
                is_escaped = false;
                fields.last_mut().expect("there is one").push(other);
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address<const N: usize>(rest: &str, tls: [(&str, &str); N]) -> Address {
        Address {
            rest: rest.to_owned(),
            tls: tls
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        }
    }

    #[test]
    fn settings_of_tls_are_taken_out() {
        assert_eq!(
            Address::read("postgres://a:b@h:1/d?sslmode=disable&connect_timeout=5"),
            address("postgres://a:b@h:1/d?connect_timeout=5", [("sslmode", "disable")])
        );
        assert_eq!(
            Address::read("postgresql://h/d?sslmode=verify-full&sslrootcert=%2Fa%20b.pem"),
            address(
                "postgresql://h/d",
                [("sslmode", "verify-full"), ("sslrootcert", "/a b.pem")]
            )
        );
        assert_eq!(
            Address::read("host=h sslmode=verify-ca sslrootcert=/ca.pem user=a"),
            address(
                "host=h user=a",
                [("sslmode", "verify-ca"), ("sslrootcert", "/ca.pem")]
            )
        );
        assert_eq!(Address::read("host=h"), address("host=h", []));
    }

    #[test]
    fn passwords_are_looked_up_by_place_and_user() {
        let text = "# h:5432:d:a:no\nh:1:d:a:first\nh:*:d:a:se\\:cond\n*:*:*:*:last\n";
        for (address, expected) in [
            ("host=h user=a dbname=d", "se:cond"),
            ("host=h user=a dbname=d port=1", "first"),
            ("host=other user=a", "last"),
        ] {
            let config: Config = address.parse().expect("an address");
            assert_eq!(
                find_password(text, &config).as_deref(),
                Some(expected),
                "{address}"
            );
        }
    }
}
