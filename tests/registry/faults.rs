//! Registries that do not behave: a clear error, nothing half done, nothing said to strangers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::Sides;
use crate::support::TestEnv;
use crate::support::answers::{Answer, Answers, Asked, End};
use crate::support::screen::watched;
use crate::support::tokens::{PASSWORD, USER};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const LAYER: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

/// A chart as a registry has it.
#[derive(Clone)]
struct Shelf {
    archive: Vec<u8>,
    manifest: Vec<u8>,
}

impl Shelf {
    fn new(archive: Vec<u8>) -> Self {
        let layer = json!({"mediaType": LAYER, "digest": digest(&archive), "size": archive.len()});
        Shelf::with_layer(archive, &layer)
    }

    fn with_layer(archive: Vec<u8>, layer: &serde_json::Value) -> Self {
        let config = json!({"mediaType": CONFIG, "digest": digest(b"{}"), "size": 2});
        let manifest = json!({"schemaVersion": 2, "config": config, "layers": [layer]});
        Shelf {
            archive,
            manifest: manifest.to_string().into_bytes(),
        }
    }

    /// What a registry that behaves answers.
    fn answer(&self, asked: &Asked) -> Answer {
        if asked.target.contains("/manifests/") {
            return Answer::new(200, self.manifest.clone()).with("Content-Type", MANIFEST);
        }
        if asked.target.contains("/blobs/") {
            return Answer::new(200, self.archive.clone());
        }
        Answer::new(404, "")
    }
}

struct Bench {
    sides: Sides,
    shelf: Shelf,
}

impl Bench {
    fn new() -> Option<Self> {
        let sides = Sides::new()?;
        let archive = sides.pack("web", "1.0.0");
        let shelf = Shelf::new(sides.bytes(&archive));
        Some(Bench { sides, shelf })
    }

    fn env(&self) -> &TestEnv {
        &self.sides.env
    }

    /// Has a chart shown that is on a server.
    fn show(&self, server: &Answers) -> crate::support::Outcome {
        self.env().cox(&format!(
            "show chart oci://{}/charts/web:1.0.0 --plain-http",
            server.address()
        ))
    }

    #[track_caller]
    fn refuses(&self, expected: &str, rule: impl Fn(&Shelf, &Asked) -> Answer + Send + Sync + 'static) {
        let shelf = self.shelf.clone();
        let said = self
            .show(&Answers::start(move |asked| rule(&shelf, asked)))
            .failed();
        assert!(said.contains(expected), "{said}");
        let cache = self.env().path().join(".cache/helm/content");
        let left: Vec<_> = std::fs::read_dir(cache).into_iter().flatten().flatten().collect();
        let files = left
            .iter()
            .flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten());
        assert_eq!(files.count(), 0, "nothing of it may be left");
    }
}

#[test]
fn content_that_is_other_content_is_refused() {
    let Some(bench) = Bench::new() else { return };
    let is_blob = |asked: &Asked| asked.target.contains("/blobs/");
    bench.refuses("mismatch digest", move |shelf, asked| {
        let mut answer = shelf.answer(asked);
        if is_blob(asked) {
            answer.body[20] ^= 1;
        }
        answer
    });
    bench.refuses("mismatch Content-Length", move |shelf, asked| {
        let mut answer = shelf.answer(asked);
        if is_blob(asked) {
            answer.body.push(0);
        }
        answer
    });
    bench.refuses("mismatch digest", |shelf, asked| {
        shelf
            .answer(asked)
            .with("Docker-Content-Digest", digest(b"other"))
    });
    bench.refuses("not found", move |shelf, asked| match is_blob(asked) {
        true => Answer::new(404, ""),
        false => shelf.answer(asked),
    });
    bench.refuses("unexpected EOF", move |shelf, asked| match is_blob(asked) {
        true => shelf.answer(asked).ending(End::Cut(100)),
        false => shelf.answer(asked),
    });
}

#[test]
fn manifests_of_other_things_are_refused() {
    let Some(bench) = Bench::new() else { return };
    let docker = "application/vnd.docker.distribution.manifest.v2+json";
    bench.refuses("is not the media type of a chart's manifest", move |shelf, _| {
        Answer::new(200, shelf.manifest.clone()).with("Content-Type", docker)
    });
    bench.refuses("failed to decode response", |_, _| {
        Answer::new(200, "<html>").with("Content-Type", MANIFEST)
    });
    bench.refuses("manifest does not contain a layer with mediatype", |shelf, _| {
        let text = String::from_utf8_lossy(&shelf.manifest).replace(LAYER, "text/plain");
        Answer::new(200, text).with("Content-Type", MANIFEST)
    });
    bench.refuses("could not load config with mediatype", |shelf, _| {
        let text = String::from_utf8_lossy(&shelf.manifest).replace(CONFIG, "text/plain");
        Answer::new(200, text).with("Content-Type", MANIFEST)
    });
    bench.refuses("response status code 403: denied: not you", |_, _| {
        Answer::new(403, r#"{"errors":[{"code":"DENIED","message":"not you"}]}"#)
    });
}

#[test]
fn a_transfer_that_breaks_off_is_gone_on_with() {
    let Some(bench) = Bench::new() else { return };
    let shelf = bench.shelf.clone();
    let server = Answers::start(move |asked| {
        if !asked.target.contains("/blobs/") {
            return shelf.answer(asked);
        }
        match asked.headers.get("range").map(String::as_str) {
            Some("bytes=100-") => Answer::new(206, &shelf.archive[100..]),
            Some(other) => panic!("{other}"),
            None => shelf.answer(asked).ending(End::Cut(100)),
        }
    });
    bench.show(&server).ok();
    bench.show(&server).ok();
    let blobs = server
        .asked()
        .iter()
        .filter(|asked| asked.target.contains("/blobs/"))
        .count();
    assert_eq!(blobs, 2, "and it is not fetched again");
}

#[test]
fn a_long_pull_has_a_bar_on_a_terminal() {
    let Some(bench) = Bench::new() else { return };
    let shelf = bench.shelf.clone();
    let server = Answers::start(move |asked| match asked.target.contains("/blobs/") {
        true => shelf.answer(asked).ending(End::Slow),
        false => shelf.answer(asked),
    });
    let chart = format!("oci://{}/charts/web:1.0.0", server.address());
    let mut command = bench
        .env()
        .command(std::path::Path::new(env!("CARGO_BIN_EXE_cox")));
    command.args(["pull", &chart, "--plain-http"]);
    let said = watched(command);
    assert!(
        said.stderr.contains('█') && said.stderr.contains("B/s"),
        "{:?}",
        said.stderr
    );
    said.ok();
}

#[test]
fn a_tag_that_is_no_version_is_taken_as_it_is() {
    let Some(bench) = Bench::new() else { return };
    let shelf = bench.shelf.clone();
    let server = Answers::start(move |asked| shelf.answer(asked));
    for (tag, asked_for) in [("latest", "latest"), ("1.0.0+b", "1.0.0_b")] {
        let chart = format!("oci://{}/charts/web:{tag}", server.address());
        bench.env().cox(&format!("show chart {chart} --plain-http")).ok();
        let asked = server.asked();
        assert!(
            asked
                .iter()
                .any(|asked| asked.target.ends_with(&format!("/manifests/{asked_for}")))
        );
    }
}

#[test]
fn a_busy_registry_is_asked_again() {
    let Some(bench) = Bench::new() else { return };
    let (shelf, count) = (bench.shelf.clone(), AtomicUsize::new(0));
    let server = Answers::start(move |asked| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::new(429, "").with("Retry-After", "0"),
        1 => Answer::new(503, ""),
        _ => shelf.answer(asked),
    });
    bench.show(&server).ok();
}

#[test]
fn tags_come_in_pages() {
    let Some(bench) = Bench::new() else { return };
    let shelf = bench.shelf.clone();
    let server = Answers::start(move |asked| match asked.target.as_str() {
        "/v2/charts/web/tags/list" => Answer::new(200, r#"{"tags":["0.1.0"]}"#)
            .with("Link", "</v2/charts/web/tags/list?last=0.1.0>; rel=\"next\""),
        "/v2/charts/web/tags/list?last=0.1.0" => Answer::new(200, r#"{"tags":["1.0.0"]}"#),
        _ => shelf.answer(asked),
    });
    let line = format!("show chart oci://{}/charts/web --plain-http", server.address());
    bench.env().cox(&line).ok();
    assert!(
        server
            .asked()
            .iter()
            .any(|asked| asked.target.ends_with("/manifests/1.0.0"))
    );
}

#[test]
fn strangers_do_not_learn_who_we_are() {
    let Some(bench) = Bench::new() else { return };
    let shelf = bench.shelf.clone();
    let store = Arc::new(Answers::start(move |_| Answer::new(200, shelf.archive.clone())));
    let (shelf, elsewhere) = (
        bench.shelf.clone(),
        format!("http://{}/x?signature=s3cret", store.address()),
    );
    let server = Answers::start(move |asked| {
        if !asked.headers.contains_key("authorization") {
            return Answer::new(401, "").with("WWW-Authenticate", "Basic realm=\"x\"");
        }
        if asked.target.contains("/blobs/") {
            return Answer::new(307, "").with("Location", elsewhere.clone());
        }
        shelf.answer(asked)
    });
    let chart = format!("oci://{}/charts/web:1.0.0", server.address());
    let flags = format!("--plain-http --username {USER} --password {PASSWORD}");
    bench.env().cox(&format!("show chart {chart} {flags}")).ok();
    assert!(
        store
            .asked()
            .iter()
            .all(|asked| !asked.headers.contains_key("authorization"))
    );
    assert_eq!(store.asked().len(), 1);
}

#[test]
fn who_sends_us_elsewhere_and_asks_who_we_are_is_not_told() {
    let Some(bench) = Bench::new() else { return };
    let trap = Arc::new(Answers::start(|_| {
        Answer::new(401, "").with("WWW-Authenticate", "Basic realm=\"trap\"")
    }));
    let elsewhere = format!("http://{}/x?signature=s3cret", trap.address());
    let server = Answers::start(move |_| Answer::new(307, "").with("Location", elsewhere.clone()));
    let chart = format!("oci://{}/charts/web:1.0.0", server.address());
    let flags = format!("--plain-http --username {USER} --password {PASSWORD} --debug");
    let said = bench.env().cox(&format!("show chart {chart} {flags}")).failed();
    assert!(said.contains("response status code 401"), "{said}");
    assert!(!said.contains("s3cret") && !said.contains(PASSWORD), "{said}");
    assert!(
        trap.asked()
            .iter()
            .all(|asked| !asked.headers.contains_key("authorization"))
    );
}

#[test]
fn an_upload_that_is_too_large_goes_in_chunks() {
    let Some(bench) = Bench::new() else { return };
    let server = Answers::start(|asked| {
        let place = |step: &str| {
            Answer::new(202, "").with("Location", format!("/v2/charts/web/blobs/uploads/{step}"))
        };
        let is_large = asked.body.starts_with(b"\x1f\x8b");
        match (asked.method.as_str(), asked.target.as_str()) {
            ("HEAD", _) => Answer::new(404, ""),
            ("POST", _) => place("first"),
            ("PATCH", _) => place("next"),
            ("PUT", target) if target.contains("/uploads/first") && is_large => Answer::new(413, ""),
            _ => Answer::new(201, ""),
        }
    });
    let line = format!(
        "push web-1.0.0.tgz oci://{}/charts --plain-http",
        server.address()
    );
    bench.env().cox(&line).ok();
    let asked = server.asked();
    let chunk = asked
        .iter()
        .find(|asked| asked.method == "PATCH")
        .expect("a chunk");
    assert_eq!(chunk.body, bench.shelf.archive);
    assert_eq!(
        chunk.headers["content-range"],
        format!("0-{}", chunk.body.len() - 1)
    );
    let last = asked
        .iter()
        .filter(|asked| asked.target.contains("/uploads/next"))
        .count();
    assert_eq!(last, 1);
}

#[test]
fn an_upload_does_not_leave_the_registry() {
    let Some(bench) = Bench::new() else { return };
    let server = Answers::start(|asked| match asked.method.as_str() {
        "HEAD" => Answer::new(404, ""),
        _ => Answer::new(202, "").with("Location", "http://localhost:1/uploads/x"),
    });
    let line = format!(
        "push web-1.0.0.tgz oci://{}/charts --plain-http",
        server.address()
    );
    let said = bench.env().cox(&line).failed();
    assert!(
        said.contains("is on a different host than the registry"),
        "{said}"
    );
}
