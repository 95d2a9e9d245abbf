//! Plugins in archives: packed, signed, verified, installed.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Sides;
use crate::support::gnupg::Gnupg;
use crate::support::web::Web;

pub(super) fn keys(sides: &Sides) -> Option<Gnupg> {
    let gnupg = Gnupg::new(&sides.env)?;
    gnupg.make_key("Rosa <rosa@example.com>", "rsa2048 sign never", "secret");
    let put = |name: &str, bytes: &[u8]| {
        std::fs::write(sides.env.path().join(name), bytes).expect("files can be written");
    };
    put("public", &gnupg.run(&["--export"], b""));
    let secret = ["--passphrase", "secret", "--export-secret-keys"];
    put("secret", &gnupg.run(&secret, b""));
    sides.env.write("passphrase", "secret\n");
    Some(gnupg)
}

#[test]
fn what_one_signs_the_other_verifies_and_installs() {
    let Some(sides) = Sides::new() else { return };
    let Some(_gnupg) = keys(&sides) else { return };
    sides.plugin(
        "tool",
        "command: $HELM_PLUGIN_DIR/run.sh\nhooks: {install: echo in}\n",
        "echo called",
    );
    sides.same("plugin package source/tool").failed();
    sides
        .same("plugin package source/tool --keyring secret --key nobody")
        .failed();
    let mut statements = Vec::new();
    for side in [0, 1] {
        let line = format!(
            "plugin package source/tool --keyring secret --key Rosa --passphrase-file passphrase -d by-{side}"
        );
        sides.run(side, &line, &[]).ok();
        let provenance = sides.env.path().join(format!("by-{side}/tool-0.1.0.tgz.prov"));
        let provenance = std::fs::read_to_string(provenance).expect("a provenance");
        statements.push(provenance.split("\n...\n").next().unwrap_or_default().to_owned());
        sides
            .same(&format!(
                "plugin verify by-{side}/tool-0.1.0.tgz --keyring public"
            ))
            .ok();
        sides
            .same(&format!("plugin install by-{side}/tool-0.1.0.tgz"))
            .failed();
        sides
            .same(&format!(
                "plugin install by-{side}/tool-0.1.0.tgz --keyring public"
            ))
            .ok();
        assert!(sides.same("plugin list").ok().contains("signed"));
        assert_eq!(sides.same_files().len(), 5, "{:?}", sides.same_files());
        sides.same("tool").ok();
        sides.same("plugin uninstall tool").ok();
        assert!(sides.same_files().is_empty());
    }
    assert_eq!(statements[0], statements[1]);
    sides.same("plugin verify source/tool").failed();
    sides.same("plugin verify passphrase").failed();
    sides.same("plugin verify nothing.tgz").failed();
}

#[test]
fn an_unsigned_one_takes_a_word() {
    let Some(sides) = Sides::new() else { return };
    sides.plugin("tool", "command: $HELM_PLUGIN_DIR/run.sh\n", "echo called");
    for side in [0, 1] {
        sides
            .run(
                side,
                &format!("plugin package source/tool --sign=false -d by-{side}"),
                &[],
            )
            .ok();
        let archive = format!("by-{side}/tool-0.1.0.tgz");
        sides.same(&format!("plugin install {archive}")).failed();
        sides.same(&format!("plugin verify {archive}")).failed();
        sides
            .same(&format!("plugin install {archive} --verify=false"))
            .ok();
        sides.same("plugin list").ok();
        sides.same("plugin uninstall tool").ok();
    }
    sides.env.write("by-0/other.tgz", "no archive");
    for side in [0, 1] {
        sides
            .run(side, "plugin install by-0/other.tgz --verify=false", &[])
            .failed();
    }
    assert!(sides.same_files().is_empty());
}

#[test]
fn a_web_server_has_one() {
    let Some(sides) = Sides::new() else { return };
    let Some(_gnupg) = keys(&sides) else { return };
    sides.plugin("tool", "command: $HELM_PLUGIN_DIR/run.sh\n", "echo called");
    let line = "plugin package source/tool --keyring secret --key Rosa --passphrase-file passphrase -d site";
    sides.run(0, line, &[]).ok();
    let web = Web::serve(&sides.env.path().join("site"));
    let url = web.url();
    sides
        .same(&format!("plugin install {url}/tool-0.1.0.tgz --keyring public"))
        .ok();
    sides.same("tool").ok();
    sides.same_files();
    sides.same("plugin update tool").failed();
    sides.same("plugin uninstall tool").ok();
    std::fs::remove_file(sides.env.path().join("site/tool-0.1.0.tgz.prov")).expect("a file");
    sides
        .same(&format!("plugin install {url}/tool-0.1.0.tgz"))
        .failed();
    sides
        .same(&format!("plugin install {url}/tool-0.1.0.tgz --verify=false"))
        .ok();
    for side in [0, 1] {
        sides
            .run(
                side,
                &format!("plugin install {url}/other-0.1.0.tgz --verify=false"),
                &[],
            )
            .failed();
    }
}

/// An archive with a plugin and a file of any name.
fn archive_with(name: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    let mut add = |name: &str, text: &[u8]| {
        let mut header = tar::Header::new_gnu();
        // The library refuses such names.
        header.as_gnu_mut().expect("a header of GNU's").name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, text).expect("memory can be written");
    };
    add("evil/plugin.yaml", b"name: evil\nversion: 0.1.0\ncommand: x\n");
    add(name, b"out");
    let mut gzip = builder.into_inner().expect("memory can be written");
    gzip.flush().expect("memory can be written");
    gzip.finish().expect("memory can be written")
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let Some(sides) = Sides::new() else { return };
    for name in ["evil/../../out", "/tmp/out", "evil/a:b"] {
        std::fs::write(sides.env.path().join("evil-0.1.0.tgz"), archive_with(name)).expect("a file");
        sides
            .same("plugin install evil-0.1.0.tgz --verify=false")
            .failed();
        sides.same("plugin list").ok();
    }
    assert!(!sides.env.path().join("out").exists());
}
