//! What the API server says was done to it: its audit log, read piece by piece.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::ControlPlane;

/// The log of an API server.
pub(super) struct Audit {
    file: PathBuf,
    read: u64,
}

/// A change that somebody asked for.
pub(super) struct Write {
    pub(super) verb: String,
    /// The object's path.
    pub(super) path: String,
    pub(super) is_dry: bool,
    pub(super) code: u64,
    /// The object as the server answered with it.
    pub(super) answer: Value,
}

impl Audit {
    /// Has a control plane start that writes a log, of changes with what was sent and answered.
    ///
    /// # Errors
    /// As [`ControlPlane::start`].
    pub(super) fn start(log: &Path) -> Result<(ControlPlane, Self), String> {
        let control_plane = ControlPlane::start_with(|up| {
            up.arg("--audit")
                .arg(log)
                .args(["--audit-level", "RequestResponse"]);
        })?;
        Ok((control_plane, Audit::of(log)))
    }

    fn of(file: &Path) -> Self {
        Audit {
            file: file.to_owned(),
            read: 0,
        }
    }

    /// Returns what was written to the server since the last time. Questions about rights are no writes.
    pub(super) fn writes(&mut self) -> Vec<Write> {
        let mut file = File::open(&self.file).expect("there is a log");
        file.seek(SeekFrom::Start(self.read)).expect("it is a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("it is text");
        self.read += text.len() as u64;
        let events = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line is an event"));
        events.filter_map(|event: Value| Write::of(&event)).collect()
    }
}

impl Write {
    fn of(event: &Value) -> Option<Self> {
        let verb = event["verb"].as_str()?;
        if !matches!(verb, "create" | "update" | "patch" | "delete") {
            return None;
        }
        let (path, query) = event["requestURI"]
            .as_str()?
            .split_once('?')
            .unwrap_or_else(|| (event["requestURI"].as_str().unwrap_or_default(), ""));
        if path.starts_with("/apis/authorization.k8s.io/") {
            return None;
        }
        let answer = event["responseObject"].clone();
        let mut path = path.to_owned();
        if verb == "create" {
            path = format!(
                "{path}/{}",
                answer["metadata"]["name"].as_str().unwrap_or_default()
            );
        }
        // Of a deletion the server looks at its body alone.
        let is_dry = match verb {
            "delete" => event["requestObject"]["dryRun"] == serde_json::json!(["All"]),
            _ => query.contains("dryRun=All"),
        };
        Some(Write {
            verb: verb.to_owned(),
            path,
            is_dry,
            code: event["responseStatus"]["code"].as_u64().unwrap_or_default(),
            answer,
        })
    }

    /// Says whether it is about the book-keeping of releases.
    pub(super) fn is_bookkeeping(&self) -> bool {
        self.path.contains("/sh.helm.release.v1.") || self.path.contains("/leases/coxswain.")
    }
}
