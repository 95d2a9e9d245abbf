//! Every kind of server, and each of us on either side: `cox` and the real `helm` put charts there, log in, fetch, verify
//! and resolve dependencies, and must get the same archives, digests and lock files. Nothing that is printed on the way
//! may hold a secret.

mod installs;
mod registries;
mod repositories;

use std::cell::RefCell;
use std::path::Path;

use crate::support::gnupg::Gnupg;
use crate::support::{TestEnv, real_helm};

/// The programs.
const SIDES: [&str; 2] = ["cox", "helm"];

/// What must never be printed: the password, in clear and as it is sent, and the passphrase.
const SECRETS: [&str; 3] = ["wonderland", "YWxpY2U6d29uZGVybGFuZA==", "very-private"];

/// A home with keys and charts that both programs share, and all that they have printed.
struct Table {
    env: TestEnv,
    helm: &'static Path,
    printed: RefCell<String>,
    _gnupg: Gnupg,
}

impl Table {
    fn new() -> Option<Self> {
        Table::at(TestEnv::offline())
    }

    fn at(env: TestEnv) -> Option<Self> {
        let helm = real_helm()?;
        let gnupg = Gnupg::new(&env)?;
        gnupg.make_key("Rosa <rosa@example.com>", "rsa2048 sign never", "very-private");
        let put = |name: &str, bytes: &[u8]| {
            std::fs::write(env.path().join(name), bytes).expect("files can be written");
        };
        put("public", &gnupg.run(&["--export"], b""));
        let secret = ["--passphrase", "very-private", "--export-secret-keys"];
        put("secret", &gnupg.run(&secret, b""));
        put("passphrase", b"very-private\n");
        let table = Table {
            env,
            helm,
            printed: RefCell::default(),
            _gnupg: gnupg,
        };
        table.pack();
        Some(table)
    }

    /// A chart signed by each of us, and one that depends on both.
    fn pack(&self) {
        for (side, version) in [("cox", "1.0.0"), ("helm", "1.1.0+b.2")] {
            self.env.write(
                "source/part/Chart.yaml",
                &format!("apiVersion: v2\nname: part\nversion: {version}\ndescription: signed by {side}\n"),
            );
            self.env.write(
                "source/part/templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n",
            );
            self.run(
                side,
                "package source/part --sign --key rosa --keyring secret --passphrase-file passphrase -d packed",
            );
        }
    }

    /// Runs a program, which must do it, with all that it can say. Returns what it wrote to standard output.
    #[track_caller]
    fn run(&self, side: &str, line: &str) -> String {
        let line = format!("{line} --debug");
        let said = match side {
            "cox" => self.env.cox(&line),
            _ => self.env.run(self.helm, &line),
        };
        // What the other program prints is its own business, and not always without secrets.
        if side == "cox" {
            let mut printed = self.printed.borrow_mut();
            printed.push_str(&said.stdout);
            printed.push_str(&said.stderr);
        }
        assert_eq!(said.code, 0, "{side} {line}\n{}{}", said.stdout, said.stderr);
        said.stdout
    }

    /// The archives and provenances that were packed.
    fn packed(&self) -> [&'static str; 2] {
        ["part-1.0.0.tgz", "part-1.1.0+b.2.tgz"]
    }

    /// Fetches both versions from a place, verified by the one who fetches, and compares them with what was packed.
    fn fetch(&self, (side, what): (&str, &str), chart: &str, flags: &str) {
        let folder = format!("got-{side}");
        for (version, file) in ["1.0.0", "1.1.0+b.2"].iter().zip(self.packed()) {
            let _ = std::fs::remove_dir_all(self.env.path().join(&folder));
            std::fs::create_dir_all(self.env.path().join(&folder)).expect("folders can be made");
            let line =
                format!("pull {chart} --version {version} --verify --keyring public -d {folder} {flags}");
            let said = self.run(side, &line);
            assert!(
                said.contains("Signed by: Rosa <rosa@example.com>"),
                "{what} {side}: {said}"
            );
            for name in [file.to_owned(), format!("{file}.prov")] {
                let got = self.bytes(&format!("{folder}/{name}"));
                assert!(
                    got == self.bytes(&format!("packed/{name}")),
                    "{what} {side} {name}"
                );
            }
            self.run(side, &format!("verify {folder}/{file} --keyring public"));
        }
    }

    /// Has both resolve the same dependencies, and each build by the lock of the other.
    fn depend(&self, what: &str, repository: &str, flags: &str) {
        let lock_of = |side: &str| {
            let lock = String::from_utf8(self.bytes(&format!("whole-{side}/Chart.lock"))).expect("text");
            lock.split("generated:").next().unwrap_or_default().to_owned()
        };
        for side in SIDES {
            let _ = std::fs::remove_dir_all(self.env.path().join(format!("whole-{side}")));
            self.env.write(
                &format!("whole-{side}/Chart.yaml"),
                &format!(
                    "apiVersion: v2\nname: whole\nversion: 1.0.0\ndependencies:\n- name: part\n  version: ^1.0\n  \
                     repository: {repository}\n- name: part\n  alias: old\n  version: 1.0.0\n  repository: {repository}\n"
                ),
            );
            self.run(side, &format!("dependency update whole-{side} {flags}"));
        }
        assert_eq!(lock_of("cox"), lock_of("helm"), "{what}");
        for (side, other) in [("cox", "helm"), ("helm", "cox")] {
            let charts = format!("whole-{other}/charts");
            std::fs::remove_dir_all(self.env.path().join(&charts)).expect("it was there");
            self.run(side, &format!("dependency build whole-{other} {flags}"));
            for file in self.packed() {
                let got = self.bytes(&format!("{charts}/{file}"));
                assert!(
                    got == self.bytes(&format!("packed/{file}")),
                    "{what} {side} {file}"
                );
            }
        }
    }

    fn bytes(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.env.path().join(file)).expect("the file is there")
    }

    /// Looks through everything that was printed.
    #[track_caller]
    fn check_secrets(&self) {
        let printed = self.printed.borrow();
        for secret in SECRETS {
            assert!(!printed.contains(secret), "{secret} was printed");
        }
        assert!(printed.len() > 1_000);
    }
}
