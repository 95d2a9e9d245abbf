//! Records in a real PostgreSQL, shared with the real `helm`.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::certificates::Certificates;
use crate::support::{Outcome, TestEnv, skip, words};

/// A PostgreSQL with databases of its own; it ends with this.
struct Postgres {
    folder: tempfile::TempDir,
    bin: PathBuf,
    /// Whether we are: then it runs as somebody else.
    is_root: bool,
}

/// Whom servers run as that refuse to be root.
const NOBODY: u32 = 65534;

impl Postgres {
    /// Starts one that listens on a socket in its folder and on `port`; nothing, with a loud line, where it is not
    /// installed.
    fn start(port: u16) -> Option<Self> {
        Self::start_with(port, "", |_| {})
    }

    /// As [`Postgres::start`], with more options; `prepare` gets the folder before the server looks at it.
    fn start_with(port: u16, more: &str, prepare: impl FnOnce(&Path)) -> Option<Self> {
        let Some(bin) = programs() else {
            skip(
                "tests of the sql driver",
                "PostgreSQL is not installed (package postgresql)",
            );
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let is_root = std::fs::metadata(folder.path()).expect("it is there").uid() == 0;
        if is_root {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("the folder is ours");
        }
        let postgres = Postgres { folder, bin, is_root };
        let place = postgres.folder.path().display().to_string();
        postgres.run(
            "initdb",
            &[
                "-D",
                &format!("{place}/data"),
                "-U",
                "tester",
                "-A",
                "trust",
                "-N",
            ],
        );
        let options =
            format!("-p {port} -k {place} -c listen_addresses=127.0.0.1,127.0.0.2 -c fsync=off {more}");
        prepare(&postgres.folder.path().join("data"));
        let log = format!("{place}/log");
        postgres.run(
            "pg_ctl",
            &[
                "-D",
                &format!("{place}/data"),
                "-o",
                &options,
                "-l",
                &log,
                "-w",
                "start",
            ],
        );
        Some(postgres)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        if self.is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = self.command(program);
        // A server inherits the pipes, and would keep them open.
        let output = if program == "pg_ctl" {
            let status = command
                .args(arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            assert!(status.expect("it starts").success(), "{program} {arguments:?}");
            return String::new();
        } else {
            command.args(arguments).output().expect("it starts")
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}\n{said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Asks a database with `psql`, or makes one.
    fn ask(&self, port: u16, database: &str, statement: &str) -> String {
        let place = self.folder.path().display().to_string();
        let port = port.to_string();
        self.run(
            "psql",
            &[
                "-h", &place, "-p", &port, "-U", "tester", "-d", database, "-At", "-c", statement,
            ],
        )
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        // What cannot be stopped now is not worth a panic in a panic.
        let _ = self
            .command("pg_ctl")
            .arg("-D")
            .arg(data)
            .args(["-m", "immediate", "stop"])
            .output();
    }
}

/// Where the programs are: in the path, or where Debian keeps a version's own.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut places: Vec<PathBuf> = debian.flatten().map(|entry| entry.path().join("bin")).collect();
    places.sort();
    places.extend(["/usr/bin", "/usr/local/bin"].map(PathBuf::from));
    let is_whole = |place: &&PathBuf| {
        ["initdb", "pg_ctl", "psql"]
            .iter()
            .all(|name| place.join(name).exists())
    };
    places.iter().rev().find(is_whole).cloned()
}

fn run(env: &TestEnv, program: &Path, database: &str, line: &str) -> Outcome {
    let mut command = env.command(program);
    command
        .env("HELM_DRIVER", "sql")
        .env("HELM_DRIVER_SQL_CONNECTION_STRING", database);
    command.args(words(line)).args(["--namespace", "sql"]);
    command.output().expect("the program starts").into()
}

/// What is known of the tables: columns, keys and indices.
const TABLES: &str = "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default FROM \
    information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position";
const INDICES: &str = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";
const RIGHTS: &str =
    "SELECT relname, relrowsecurity, relacl FROM pg_class WHERE relname LIKE '%_v1' ORDER BY 1";
const MIGRATIONS: &str = "SELECT id FROM gorp_migrations ORDER BY 1";

#[test]
fn helm_and_cox_share_a_database() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let port = free_port();
    let Some(postgres) = Postgres::start(port) else {
        return;
    };
    for name in ["ours", "theirs"] {
        postgres.ask(port, "postgres", &format!("CREATE DATABASE {name}"));
    }
    env.write("one/Chart.yaml", "apiVersion: v2\nname: one\nversion: 1.0.0\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\ndata: {a: \"{{ .Values.a }}\"}\n";
    env.write("one/templates/map.yaml", map);
    let (cox, helm) = (PathBuf::from(env!("CARGO_BIN_EXE_cox")), env.helm_path());
    for (database, [first, second]) in [("ours", [&cox, &helm]), ("theirs", [&helm, &cox])] {
        let address = format!("postgres://tester@127.0.0.1:{port}/{database}?sslmode=disable");
        let steps = [
            (
                first,
                format!("install {database} ./one --create-namespace --labels team=blue"),
            ),
            (
                second,
                format!("upgrade {database} ./one --set a=2 --labels tier=db"),
            ),
            (first, format!("rollback {database} 1")),
            (second, format!("uninstall {database} --keep-history")),
            (first, format!("upgrade {database} ./one -i")),
            (second, format!("uninstall {database}")),
        ];
        for (program, step) in steps {
            run(&env, program, &address, &step).ok();
            for question in ["list -o json", "list -q -l team=blue", "history", "get all"] {
                let is_list = question.starts_with("list");
                let line = if is_list {
                    question.to_owned()
                } else {
                    format!("{question} {database}")
                };
                let [a, b] = [&cox, &helm].map(|program| run(&env, program, &address, &line));
                assert_eq!((a.code, a.stdout), (b.code, b.stdout), "{line} after {step}");
            }
        }
    }
    for statement in [TABLES, INDICES, RIGHTS, MIGRATIONS] {
        let [ours, theirs] = ["ours", "theirs"].map(|database| postgres.ask(port, database, statement));
        assert_eq!(ours, theirs, "{statement}");
    }
    addresses_that_do_not_work(&env, &cox, port);
}

#[test]
fn connections_are_encrypted_as_by_helm() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let certificates = Certificates::new(env.path());
    let others = env.path().join("others");
    std::fs::create_dir(&others).expect("folders can be made");
    let stranger = Certificates::new(&others).path("ca.pem");
    let port = free_port();
    let give = |data: &Path| give_certificates(&certificates, data);
    let Some(postgres) = Postgres::start_with(port, "-c ssl=on", give) else {
        return;
    };
    postgres.ask(port, "postgres", "CREATE DATABASE d");
    let (cox, helm) = (PathBuf::from(env!("CARGO_BIN_EXE_cox")), env.helm_path());
    let ours = certificates.path("ca.pem");
    let cases = [
        ("127.0.0.1", "disable", None, true),
        ("127.0.0.1", "allow", None, true),
        ("127.0.0.1", "prefer", None, true),
        ("127.0.0.1", "require", None, true),
        ("127.0.0.1", "require", Some(&ours), true),
        ("127.0.0.1", "require", Some(&stranger), false),
        ("127.0.0.1", "verify-ca", Some(&ours), true),
        ("127.0.0.1", "verify-ca", Some(&stranger), false),
        ("127.0.0.1", "verify-full", Some(&ours), true),
        ("localhost", "verify-full", Some(&ours), true),
        ("127.0.0.2", "verify-ca", Some(&ours), true),
        ("127.0.0.2", "verify-full", Some(&ours), false),
        ("127.0.0.1", "verify-full", Some(&stranger), false),
        ("127.0.0.1", "maybe", None, false),
    ];
    for (host, mode, root, works) in cases {
        let root = root.map_or_else(String::new, |root| format!("&sslrootcert={root}"));
        let address = format!("postgres://tester@{host}:{port}/d?sslmode={mode}{root}");
        for program in [&helm, &cox] {
            let outcome = run(&env, program, &address, "list -q");
            let program = program.display();
            assert_eq!(outcome.code == 0, works, "{program} {address}: {outcome:?}");
        }
    }
    // Who connects without being told how is encrypted.
    let address = format!("postgres://tester@127.0.0.1:{port}/d");
    run(&env, &cox, &address, "list -q").ok();
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Gives a server its certificate and its authority, for nobody else to read.
fn give_certificates(certificates: &Certificates, data: &Path) {
    for (from, to) in [
        ("server.pem", "server.crt"),
        ("server-key.pem", "server.key"),
        ("ca.pem", "ca.crt"),
    ] {
        let to = data.join(to);
        std::fs::copy(certificates.path(from), &to).expect("files can be copied");
        std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
        let folder = std::fs::metadata(data).expect("it is there");
        chown(&to, Some(folder.uid()), Some(folder.gid())).expect("it is ours");
    }
}

/// A database for those who show a certificate, and one for those who know the password.
const RULES: &str = "local all all trust\nhostssl certified all all trust clientcert=verify-ca\nhostssl secret all all \
                     scram-sha-256\n";

/// An address, variables, and whether both programs come in.
type Identity<'a> = (String, &'a [(&'a str, &'a str)], bool);

/// Starts a server that wants to know who asks.
fn strict_server(certificates: &Certificates, port: u16) -> Option<Postgres> {
    let give = |data: &Path| {
        std::fs::write(data.join("pg_hba.conf"), RULES).expect("it is written");
        give_certificates(certificates, data);
    };
    let postgres = Postgres::start_with(port, "-c ssl=on -c ssl_ca_file=ca.crt", give)?;
    for statement in [
        "CREATE DATABASE certified",
        "CREATE DATABASE secret",
        "ALTER USER tester PASSWORD 'pass:word'",
    ] {
        postgres.ask(port, "postgres", statement);
    }
    Some(postgres)
}

fn assert_identity(env: &TestEnv, (address, variables, works): &Identity) {
    for program in [PathBuf::from(env!("CARGO_BIN_EXE_cox")), env.helm_path()] {
        let mut command = env.command(&program);
        command
            .env("HELM_DRIVER", "sql")
            .env("HELM_DRIVER_SQL_CONNECTION_STRING", address)
            .env("HOME", env.path().join("home"))
            .envs(variables.iter().copied())
            .args(["list", "-q", "--namespace", "sql"]);
        let outcome = Outcome::from(command.output().expect("the program starts"));
        let program = program.display();
        assert_eq!(
            outcome.code == 0,
            *works,
            "{program} {address} {variables:?}: {outcome:?}"
        );
    }
}

fn allow(file: impl AsRef<Path>, mode: u32) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).expect("it is ours");
}

#[test]
fn certificates_of_clients_are_shown_as_by_helm() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let certificates = Certificates::new(env.path());
    let port = free_port();
    let Some(_postgres) = strict_server(&certificates, port) else {
        return;
    };
    let [certificate, key, open] =
        ["client.pem", "client-key.pem", "open.pem"].map(|name| certificates.path(name));
    std::fs::copy(&key, &open).expect("files can be copied");
    allow(&key, 0o600);
    allow(&open, 0o644);
    let at = format!("postgres://tester@127.0.0.1:{port}/certified");
    let cases: [Identity; 4] = [
        (at.clone(), &[], false),
        (format!("{at}?sslcert={certificate}&sslkey={key}"), &[], true),
        (format!("{at}?sslcert={certificate}&sslkey={open}"), &[], false),
        (at, &[("PGSSLCERT", &certificate), ("PGSSLKEY", &key)], true),
    ];
    cases.iter().for_each(|case| assert_identity(&env, case));
}

#[test]
fn variables_and_kept_passwords_of_postgresql_count() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let certificates = Certificates::new(env.path());
    let port = free_port();
    let Some(_postgres) = strict_server(&certificates, port) else {
        return;
    };
    let kept = env.write("passwords", "127.0.0.1:*:secret:tester:pass\\:word\n");
    allow(&kept, 0o600);
    let kept = kept.display().to_string();
    let at = format!("postgres://tester@127.0.0.1:{port}/secret");
    let port = port.to_string();
    let (host, user) = (("PGHOST", "127.0.0.1"), ("PGUSER", "tester"));
    let (port, password) = (("PGPORT", port.as_str()), ("PGPASSWORD", "pass:word"));
    let cases: [Identity; 5] = [
        (at.clone(), &[], false),
        (at.clone(), &[password], true),
        (at, &[("PGPASSFILE", &kept)], true),
        ("dbname=secret".to_owned(), &[host, user, port, password], true),
        (
            "connect_timeout=5".to_owned(),
            &[host, user, port, password, ("PGDATABASE", "secret")],
            true,
        ),
    ];
    cases.iter().for_each(|case| assert_identity(&env, case));
}

fn addresses_that_do_not_work(env: &TestEnv, cox: &Path, port: u16) {
    let unencrypted = format!("postgres://tester@127.0.0.1:{port}/ours");
    let error = run(env, cox, &unencrypted, "list").failed();
    assert!(
        error.contains("TLS"),
        "without sslmode the connection is to be encrypted: {error}"
    );
    let error = run(env, cox, "postgres://h/d?sslmode=maybe", "list").failed();
    assert!(error.contains("unsupported sslmode \"maybe\""), "{error}");
}
