//! A stand-in for ChartMuseum, which it is not: `POST /api/charts` takes an archive, and the index has it at once, with
//! `charts/NAME-VERSION.tgz` as its URL, as in ChartMuseum's documentation. The index is made by the real helm.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use super::answers::{Answer, Answers, Asked};
use super::{TestEnv, real_helm};

/// A running stand-in.
pub(crate) struct Museum {
    server: Answers,
}

impl Museum {
    /// Starts it with no charts; nothing where there is no helm.
    pub(crate) fn start(env: &TestEnv) -> Option<Self> {
        let helm = real_helm()?;
        let root = env.path().join("museum");
        std::fs::create_dir_all(root.join("charts")).expect("folders can be made");
        index(helm, &root);
        Some(Museum {
            server: Answers::start(move |asked| answer(helm, &root, asked)),
        })
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Uploads an archive, as its users do with `curl --data-binary`.
    pub(crate) fn upload(&self, archive: &Path) {
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let body = std::fs::read(archive).expect("the archive is there");
        let mut stream = TcpStream::connect(self.server.address()).expect("it listens");
        let head = format!(
            "POST /api/charts?file={name} HTTP/1.1\r\nHost: museum\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        stream.write_all(&body).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    }
}

fn index(helm: &Path, root: &Path) {
    let status = Command::new(helm).args(["repo", "index"]).arg(root).status();
    assert!(status.is_ok_and(|status| status.success()));
}

fn answer(helm: &Path, root: &Path, asked: &Asked) -> Answer {
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    if asked.method == "POST" && path == "/api/charts" {
        let name = query.trim_start_matches("file=").replace('/', "");
        std::fs::write(root.join("charts").join(name), &asked.body).expect("files can be written");
        index(helm, root);
        return Answer::new(201, "{\"saved\":true}").with("Content-Type", "application/json");
    }
    match std::fs::read(root.join(path.trim_start_matches('/'))) {
        Ok(bytes) if !path.contains("..") => Answer::new(200, bytes),
        _ => Answer::new(404, "{\"error\":\"not found\"}"),
    }
}
