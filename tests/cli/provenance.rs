//! `package --sign`, `verify`, `--verify`: beside the real Helm 4.2.4 and GnuPG, in the same folder, one word for another.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use nix::pty::openpty;

use super::create::called_helm;
use crate::support::gnupg::Gnupg;
use crate::support::{Outcome, TestEnv, real_helm};

/// A folder with a chart, keys, and three programs.
struct Bench {
    env: TestEnv,
    gnupg: Gnupg,
    helm: &'static Path,
    ours: PathBuf,
}

const ARCHIVE: &str = "web-0.1.0.tgz";
const PROVENANCE: &str = "web-0.1.0.tgz.prov";

impl Bench {
    /// Rosa's key (RSA) has a passphrase, those of Ed and Eddy (Ed25519) have none. `public` and `secret` are rings of
    /// all keys, `eddy` of one.
    fn new() -> Option<Self> {
        let helm = real_helm()?;
        let env = TestEnv::offline();
        let gnupg = Gnupg::new(&env)?;
        gnupg.make_key("Rosa <rosa@example.com>", "rsa2048 sign never", "secret");
        gnupg.make_key("Ed <ed@example.com>", "ed25519 sign never", "");
        gnupg.make_key("Eddy <eddy@example.com>", "ed25519 sign never", "");
        env.write("passphrase", "secret\n");
        env.cox("create web --engine gotpl").ok();
        let bench = Bench {
            ours: called_helm(&env),
            env,
            gnupg,
            helm,
        };
        bench.export();
        Some(bench)
    }

    fn export(&self) {
        self.put("public", &self.gnupg.run(&["--export"], b""));
        self.put("eddy", &self.gnupg.run(&["--export", "eddy@example.com"], b""));
        let secret = ["--passphrase", "secret", "--export-secret-keys"];
        self.put("secret", &self.gnupg.run(&secret, b""));
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.env.path().join(name), bytes).expect("files can be written");
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.env.path().join(name)).expect("the file is there")
    }

    /// Packs and signs with one of the programs.
    #[track_caller]
    fn sign(&self, program: &Path, key: &str) {
        let line = format!("package web --sign --key {key} --keyring secret --passphrase-file passphrase");
        self.env.run(program, &line).ok();
    }

    /// Runs a line with both programs, which must say and do the same.
    #[track_caller]
    fn same(&self, line: &str) -> Outcome {
        let ours = self.env.run(&self.ours, line);
        assert_eq!(ours, self.env.run(self.helm, line), "ours, then Helm's: {line}");
        ours
    }

    /// Signs with a key by either program; both, and GnuPG, find the signature good.
    #[track_caller]
    fn exchange(&self, key: &str) {
        for program in [self.ours.as_path(), self.helm] {
            self.sign(program, key);
            let said = self.same(&format!("verify {ARCHIVE} --keyring public")).ok();
            assert!(said.starts_with("Signed by: "), "{said}");
        }
        // Helm's signatures have no checksum, over which some versions of GnuPG stumble.
        self.sign(&self.ours, key);
        let path = self.env.path().join(PROVENANCE);
        self.gnupg.run(&["--verify", &path.to_string_lossy()], b"");
    }
}

#[test]
fn signatures_go_both_ways() {
    let Some(bench) = Bench::new() else { return };
    bench
        .gnupg
        .make_key("Nora <nora@example.com>", "nistp256 sign never", "");
    bench
        .gnupg
        .make_key("Dora <dora@example.com>", "dsa2048 sign never", "secret");
    bench.export();
    for key in ["rosa", "Ed ", "nora", "Dora <dora@example.com>"] {
        bench.exchange(&format!("'{key}'"));
    }
}

#[test]
fn the_signed_text_is_helms() {
    let Some(bench) = Bench::new() else { return };
    bench.env.write("web/Chart.yaml", "apiVersion: v1\nname: web\nversion: 0.1.0\ndescription: |-\n  - one  \n  -- two\n\n  ...\nkeywords: [-a]\n");
    let parts = |program: &Path| {
        bench.sign(program, "eddy");
        let text = bench.text(PROVENANCE);
        let (statement, signature) = text.split_once("\n-----BEGIN PGP SIGNATURE-----\n\n").unwrap();
        let statement = statement.rsplit_once(" sha256:").unwrap().0.to_owned();
        let frame = (
            signature.lines().map(str::len).max(),
            signature.ends_with("\n-----END PGP SIGNATURE-----"),
        );
        (statement, frame)
    };
    assert_eq!(parts(&bench.ours), parts(bench.helm));
    bench.exchange("eddy");
}

/// What both say of an archive after `change`.
#[track_caller]
fn changed(bench: &Bench, change: impl Fn(&str) -> String) -> Outcome {
    bench.sign(&bench.ours, "eddy");
    let text = change(&bench.text(PROVENANCE));
    bench.put(PROVENANCE, text.as_bytes());
    bench.same(&format!("verify {ARCHIVE} --keyring public"))
}

#[test]
fn what_was_changed_is_found() {
    let Some(bench) = Bench::new() else { return };
    changed(&bench, str::to_owned).ok();
    changed(&bench, |text| text.replace('\n', "\r\n")).ok();
    changed(&bench, |text| format!("before\n{text}\nafter\n")).ok();
    changed(&bench, |text| text.replace("SHA512", "SHA256")).ok();
    for change in [
        |text: &str| text.replace("name: web", "name: wob"),
        |text: &str| text.replace("SHA512", "SHA5"),
        |text: &str| text.replace("Hash:", "Hush:"),
        |text: &str| text.replace("-----END PGP SIGNATURE-----", ""),
        |text: &str| text.replace("-----BEGIN PGP SIGNATURE-----", ""),
        |text: &str| text[..60].to_owned(),
        |_: &str| "no signature\n".to_owned(),
        |_: &str| String::new(),
    ] {
        changed(&bench, change).failed();
    }
    bench.sign(&bench.ours, "eddy");
    bench.put(ARCHIVE, b"another archive");
    let said = bench.same(&format!("verify {ARCHIVE} --keyring public")).failed();
    assert!(
        said.starts_with("Error: sha256 sum does not match for web-0.1.0.tgz: \"sha256:"),
        "{said}"
    );
}

#[test]
fn statements_must_be_of_the_archive() {
    let Some(bench) = Bench::new() else { return };
    bench.sign(&bench.ours, "eddy");
    for statement in [
        "no parts\n",
        "a\n...\n",
        "a\n...\nfiles: {}\n",
        "a\n...\nfiles: {web-0.1.0.tgz: 1}\n",
        "a\n...\n: :\n- x\n",
        "a\n...\n- x\n",
        "a\n...\nfiles: [1]\n",
        "a\n...\nfiles: {other.tgz: 'sha256:1'}\n...\nfiles: {web-0.1.0.tgz: 1}\n",
    ] {
        let text = bench.gnupg.run(
            &["--local-user", "ed@example.com", "--clearsign"],
            statement.as_bytes(),
        );
        bench.put(PROVENANCE, &text);
        bench.same(&format!("verify {ARCHIVE} --keyring public")).failed();
    }
}

#[test]
fn files_that_are_missing_or_wrong_are_named() {
    let Some(bench) = Bench::new() else { return };
    bench.sign(&bench.ours, "eddy");
    bench.env.write("empty", "");
    bench.env.write("folder/x", "");
    let public = std::fs::read(bench.env.path().join("public")).unwrap();
    bench.put("cut", &public[..100]);
    std::fs::copy(bench.env.path().join(ARCHIVE), bench.env.path().join("alone.TGZ")).unwrap();
    for name in ["renamed.tgz", "folded.tgz"] {
        std::fs::copy(bench.env.path().join(ARCHIVE), bench.env.path().join(name)).unwrap();
    }
    std::fs::copy(
        bench.env.path().join(PROVENANCE),
        bench.env.path().join("renamed.tgz.prov"),
    )
    .unwrap();
    std::fs::create_dir(bench.env.path().join("folded.tgz.prov")).unwrap();
    for keyring in [
        "empty",
        "nope",
        "folder",
        "cut",
        "web/Chart.yaml",
        ARCHIVE,
        "''",
        "gnupg/pubring.kbx",
    ] {
        bench
            .same(&format!("verify {ARCHIVE} --keyring {keyring}"))
            .failed();
    }
    for archive in [
        "web",
        "nope.tgz",
        "public",
        "alone.TGZ",
        "renamed.tgz",
        "folded.tgz",
        "''",
    ] {
        bench.same(&format!("verify {archive} --keyring public")).failed();
    }
    for line in [
        format!("verify {ARCHIVE}"),
        "verify".to_owned(),
        "verify a b".to_owned(),
    ] {
        bench.same(&line).failed();
    }
}

#[test]
fn keys_must_be_known_and_good() {
    let Some(bench) = Bench::new() else { return };
    bench.sign(&bench.ours, "rosa");
    let unknown = bench.same(&format!("verify {ARCHIVE} --keyring eddy")).failed();
    assert_eq!(unknown, "Error: openpgp: signature made by unknown entity\n");

    let old = ["--faked-system-time", "20200101T000000"];
    let key = [
        "--passphrase",
        "",
        "--quick-gen-key",
        "Old <old@example.com>",
        "ed25519",
        "sign",
        "1d",
    ];
    bench.gnupg.run(&[&old[..], &key[..]].concat(), b"");
    bench.export();
    bench.sign(&bench.ours, "old");
    let expired = bench.same(&format!("verify {ARCHIVE} --keyring public")).failed();
    assert_eq!(expired, "Error: openpgp: key expired\n");

    bench.sign(&bench.ours, "'Ed <ed@example.com>'");
    let folder = bench.gnupg.home().join("openpgp-revocs.d");
    let fingerprint = bench
        .env
        .run(bench.helm, &format!("verify {ARCHIVE} --keyring public"))
        .ok();
    let fingerprint = fingerprint
        .split("Fingerprint: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    let certificate = std::fs::read_to_string(folder.join(format!("{fingerprint}.rev"))).unwrap();
    bench.gnupg.run(
        &["--import"],
        certificate.replace(":-----BEGIN", "-----BEGIN").as_bytes(),
    );
    bench.export();
    let revoked = bench.same(&format!("verify {ARCHIVE} --keyring public")).failed();
    assert_eq!(revoked, "Error: openpgp: signature made by revoked key\n");
}

#[test]
fn keys_to_sign_with_are_chosen_as_helm_does() {
    let Some(bench) = Bench::new() else { return };
    bench.env.write("wrong", "wrong\n");
    bench.env.write("empty", "");
    let all = "--key rosa --keyring secret --passphrase-file";
    for flags in [
        "".to_owned(),
        "--key rosa --keyring ''".to_owned(),
        "--key nobody --keyring secret".to_owned(),
        "--key Ed --keyring secret".to_owned(),
        "--key rosa --keyring public".to_owned(),
        "--key rosa --keyring nope".to_owned(),
        "--key rosa --keyring web/Chart.yaml".to_owned(),
        "--key rosa --keyring secret".to_owned(),
        "--key nobody --keyring secret --passphrase-file nope".to_owned(),
        format!("{all} wrong"),
        format!("{all} nope"),
        format!("{all} empty"),
        format!("{all} -"),
    ] {
        bench.same(&format!("package web --sign {flags}")).failed();
    }
    bench
        .same("package web --sign --key 'Ed <ed@example.com>' --keyring secret")
        .ok();
}

#[test]
fn a_passphrase_comes_through_a_pipe_once_for_all_charts() {
    let Some(bench) = Bench::new() else { return };
    bench.env.cox("create other --engine gotpl").ok();
    for program in [bench.ours.as_path(), bench.helm] {
        let mut command = bench.env.command(program);
        command.args([
            "package",
            "web",
            "other",
            "--sign",
            "--key",
            "rosa",
            "--keyring",
            "secret",
        ]);
        command
            .args(["--passphrase-file", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"secret\n").unwrap();
        assert!(child.wait().unwrap().success());
        for archive in [ARCHIVE, "other-0.1.0.tgz"] {
            bench.same(&format!("verify {archive} --keyring public")).ok();
        }
    }
}

#[test]
fn a_passphrase_is_asked_for_at_a_terminal() {
    let Some(bench) = Bench::new() else { return };
    let said = [bench.ours.as_path(), bench.helm].map(|program| {
        let terminal = openpty(None, None).unwrap();
        File::from(terminal.master.try_clone().unwrap())
            .write_all(b"secret\n")
            .unwrap();
        let mut command = bench.env.command(program);
        command.args(["package", "web", "--sign", "--key", "rosa", "--keyring", "secret"]);
        Outcome::from(command.stdin(terminal.slave).output().unwrap()).ok()
    });
    assert!(
        said[0].starts_with("Password for key \"Rosa <rosa@example.com>\" >  \n"),
        "{}",
        said[0]
    );
    assert_eq!(said[0], said[1]);
}

#[test]
fn commands_that_take_a_chart_verify_it_first() {
    let Some(bench) = Bench::new() else { return };
    bench.sign(&bench.ours, "eddy");
    for command in [
        "template web",
        "install web --dry-run=client",
        "upgrade web --dry-run=client",
        "show chart",
        "show values",
        "show all",
        "show readme",
        "show crds",
    ] {
        for rest in [
            format!("{ARCHIVE} --keyring nope"),
            "web --keyring public".to_owned(),
        ] {
            bench.same(&format!("{command} --verify {rest}")).failed();
        }
    }
    for command in ["template web", "show chart", "show values"] {
        bench
            .same(&format!("{command} {ARCHIVE} --verify --keyring public"))
            .ok();
    }
}

#[test]
fn keyrings_in_armor_are_read_and_keyboxes_explained() {
    let Some(bench) = Bench::new() else { return };
    bench.sign(&bench.ours, "eddy");
    let armor = |arguments: &[&str]| bench.gnupg.run(arguments, b"");
    let mut both = armor(&["--armor", "--export", "rosa"]);
    both.extend(armor(&["--armor", "--export", "eddy"]));
    bench.put("armored", &both);
    let said = bench.env.cox(&format!("verify {ARCHIVE} --keyring armored")).ok();
    assert!(said.starts_with("Signed by: Eddy <eddy@example.com>\n"), "{said}");
    bench.put(
        "armored-secret",
        &armor(&["--armor", "--export-secret-keys", "eddy"]),
    );
    bench
        .env
        .cox("package web --sign --key eddy --keyring armored-secret")
        .ok();
    bench.same(&format!("verify {ARCHIVE} --keyring public")).ok();
    let keybox = bench
        .env
        .cox(&format!("verify {ARCHIVE} --keyring gnupg/pubring.kbx"))
        .failed();
    let lines: Vec<&str> = keybox.lines().collect();
    assert_eq!(
        lines[0],
        "Error: failed to load keyring: openpgp: invalid data: tag byte does not have MSB set"
    );
    assert!(
        lines[1].starts_with("Hint: ") && lines[1].contains("gpg --export > FILE"),
        "{keybox}"
    );
}

#[test]
fn a_subkey_signs_where_the_primary_key_does_not() {
    let Some(bench) = Bench::new() else { return };
    bench
        .gnupg
        .make_key("Sue <sue@example.com>", "ed25519 cert never", "");
    let listed = bench.gnupg.run(&["--with-colons", "--list-keys", "sue"], b"");
    let listed = String::from_utf8(listed).unwrap();
    let fingerprint = listed.lines().find(|line| line.starts_with("fpr")).unwrap();
    let fingerprint = fingerprint
        .trim_matches(|c: char| !c.is_ascii_hexdigit())
        .trim_start_matches("fpr")
        .trim_matches(':');
    bench.gnupg.run(
        &[
            "--passphrase",
            "",
            "--quick-add-key",
            fingerprint,
            "rsa2048",
            "sign",
        ],
        b"",
    );
    bench.export();
    bench.sign(&bench.ours, "sue");
    let said = bench.same(&format!("verify {ARCHIVE} --keyring public")).ok();
    assert!(said.contains(fingerprint), "{said}");
    bench.sign(bench.helm, "sue");
    bench.same(&format!("verify {ARCHIVE} --keyring public")).failed();
}
