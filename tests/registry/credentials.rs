//! Who we are to registries: where it is kept, who keeps it, and that nobody else hears of it.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{SIDES, Side, Sides};
use crate::support::registry::{Kind, Registry};
use crate::support::tokens::{IDENTITY, PASSWORD, USER};
use crate::support::{Outcome, TestEnv};

const CONFIG: &str = ".config/helm/registry/config.json";

/// Fails if a secret can be read anywhere in a text.
#[track_caller]
fn check_silent(text: &str) {
    let basic = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    for secret in [PASSWORD, IDENTITY, basic.as_str(), "eyJ"] {
        assert!(!text.contains(secret), "a secret was said: {text}");
    }
}

/// Runs `cox` with a text on standard input, and checks that it does not repeat secrets.
fn told(env: &TestEnv, line: &str, input: &str) -> Outcome {
    let mut command = env.command(std::path::Path::new(env!("CARGO_BIN_EXE_cox")));
    let path = format!("{}:{}", env.path().join("bin").display(), "/usr/bin:/bin");
    command.args(line.split_whitespace()).env("PATH", path);
    let input_file = env.write("input", input);
    command.stdin(Stdio::from(std::fs::File::open(input_file).expect("it is there")));
    let outcome: Outcome = command.output().expect("the program starts").into();
    check_silent(&format!("{}{}", outcome.stdout, outcome.stderr));
    outcome
}

#[test]
fn logins_of_one_serve_the_other() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Basic) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let address = &registry.address;
    let files: Vec<String> = SIDES
        .map(|side: Side| {
            sides.login(side, &registry);
            let config = sides.env.path().join(CONFIG);
            let mode = config.metadata().expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            let text = std::fs::read_to_string(&config).expect("the file");
            for other in SIDES {
                let line = format!("push {archive} {} --plain-http", registry.place(side));
                check_silent(&sides.run(other, &format!("{line} --debug")).stderr);
                sides.run(other, &line).ok();
            }
            let said = sides.run(side, &format!("registry logout {address}")).ok();
            assert_eq!(said, format!("Removing login credentials for {address}\n"));
            let after = std::fs::read_to_string(&config).expect("the file");
            assert!(!after.contains(address));
            text
        })
        .into();
    assert_eq!(files[0], files[1]);
}

#[test]
fn passwords_come_in_by_standard_input() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Token) else {
        return;
    };
    let address = &registry.address;
    let line = format!("registry login {address} -u {USER} --password-stdin --plain-http --debug");
    assert_eq!(
        told(&sides.env, &line, &format!("{PASSWORD}\r\n")).ok(),
        "Login Succeeded\n"
    );
    let said = told(&sides.env, &line, "wrong\n").failed();
    assert!(
        said.contains("response status code 401: unauthorized: who are you"),
        "{said}"
    );
}

#[test]
fn identity_tokens_are_kept_and_used() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Token) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let line = format!(
        "registry login {} --password-stdin --plain-http",
        registry.address
    );
    told(&sides.env, &line, IDENTITY).ok();
    let config = std::fs::read_to_string(sides.env.path().join(CONFIG)).expect("the file");
    assert!(
        config.contains(&format!("\"identitytoken\": \"{IDENTITY}\"")),
        "{config}"
    );
    for side in SIDES {
        let line = format!("push {archive} {} --plain-http", registry.place(side));
        sides.run(side, &line).ok();
    }
}

#[test]
fn dockers_file_is_the_second_place_to_look() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Basic) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let auth = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let docker = format!(
        "{{\"auths\":{{\"https://{}/v1/\":{{\"auth\":\"{auth}\"}}}}}}",
        registry.address
    );
    sides.env.write(".docker/config.json", &docker);
    let line = format!("push {archive} {} --plain-http", registry.place("charts"));
    told(&sides.env, &line, "").ok();
    let after = std::fs::read_to_string(sides.env.path().join(".docker/config.json"));
    assert_eq!(after.expect("the file"), docker);
}

/// A program that keeps credentials in a file, and notes what it was called with.
const KEEPER: &str = "#!/bin/sh\nhere=$(dirname \"$0\")\necho \"$@\" >> $here/arguments\ncase $1 in\n\
    store) cat > $here/kept ;;\nget) cat > /dev/null; cat $here/kept ;;\nerase) rm $here/kept ;;\nesac\n";

#[test]
fn programs_keep_credentials_and_hear_secrets_by_standard_input_only() {
    let Some(sides) = Sides::new() else { return };
    let Some(registry) = Registry::start(&sides.env, Kind::Basic) else {
        return;
    };
    let archive = sides.pack("web", "1.0.0");
    let config = format!("{{\"credHelpers\":{{\"{}\":\"keeper\"}}}}", registry.address);
    sides.env.write(CONFIG, &config);
    helper(&sides.env, KEEPER);
    let login = format!(
        "registry login {} -u {USER} --password-stdin --plain-http",
        registry.address
    );
    told(&sides.env, &login, PASSWORD).ok();
    let kept = std::fs::read_to_string(sides.env.path().join("bin/kept")).expect("it was kept");
    assert_eq!(
        kept,
        format!(
            "{{\"ServerURL\":\"{}\",\"Username\":\"{USER}\",\"Secret\":\"{PASSWORD}\"}}",
            registry.address
        )
    );
    let push = format!("push {archive} {} --plain-http", registry.place("charts"));
    told(&sides.env, &push, "").ok();
    told(&sides.env, &format!("registry logout {}", registry.address), "").ok();
    let arguments = std::fs::read_to_string(sides.env.path().join("bin/arguments")).expect("calls");
    assert_eq!(arguments, "store\nget\nerase\n");
    let after = std::fs::read_to_string(sides.env.path().join(CONFIG)).expect("the file");
    check_silent(&after);
    for (script, expected) in [
        (
            "#!/bin/sh\necho locked; exit 1\n",
            "docker-credential-keeper get: locked",
        ),
        ("#!/bin/sh\necho junk wonderland\n", "the answer is no credential"),
        (
            "#!/bin/sh\necho '{\"Secret\":\"wonderland\"'; exit 3\n",
            "exit status 3",
        ),
    ] {
        helper(&sides.env, script);
        let said = told(&sides.env, &format!("{push} --debug"), "").failed();
        assert!(said.contains(expected), "{said}");
    }
}

fn helper(env: &TestEnv, script: &str) {
    let path = env.write("bin/docker-credential-keeper", script);
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("modes can be set");
}
