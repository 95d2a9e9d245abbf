//! A chart of almost 30 MB, which no compression makes smaller, into the real registry and back. Helm's OCI library
//! refuses what is larger than 32 MiB.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand::RngCore;

use crate::cases::{Case, words};
use crate::control_plane;

const NAMES: [&str; 2] = ["push, chart of 29 MB", "pull, chart of 29 MB"];

/// A file of a chart must not be larger than 5 MiB, all of them together not larger than 100.
const FILES: usize = 7;
const FILE_SIZE: usize = 4_130_000;

/// A running registry; it ends with this.
pub(crate) struct Registry {
    child: Child,
    address: String,
}

/// Whether a filter lets any of the cases here through.
pub(crate) fn is_wanted(filter: &str) -> bool {
    NAMES.iter().any(|name| name.contains(filter))
}

/// Writes the chart, from random bytes, into the folder `heavy` of `home`.
pub(crate) fn write_chart(home: &Path) -> std::io::Result<()> {
    let chart = home.join("heavy");
    std::fs::create_dir_all(chart.join("files"))?;
    std::fs::write(
        chart.join("Chart.yaml"),
        "apiVersion: v2\nname: large\nversion: 1.0.0\n",
    )?;
    let mut bytes = vec![0; FILE_SIZE];
    for n in 0..FILES {
        rand::thread_rng().fill_bytes(&mut bytes);
        std::fs::write(chart.join(format!("files/{n}")), &bytes)?;
    }
    Ok(())
}

impl Registry {
    /// Starts the registry that the tests use.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub(crate) fn start(home: &Path) -> Result<Self, String> {
        let program = control_plane::registry()?;
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let address = listener
            .local_addr()
            .map_err(|error| error.to_string())?
            .to_string();
        drop(listener);
        let config = format!(
            "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nstorage:\n  filesystem: \
             {{rootdirectory: {}}}\nhttp:\n  addr: {address}\n",
            home.join("registry").display()
        );
        let file = home.join("registry.yml");
        std::fs::write(&file, config).map_err(|error| error.to_string())?;
        let child = Command::new(program)
            .arg("serve")
            .arg(file)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let registry = Registry { child, address };
        let begin = Instant::now();
        while TcpStream::connect(&registry.address).is_err() {
            if begin.elapsed() > Duration::from_secs(30) {
                return Err("the registry does not listen".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(registry)
    }

    /// Each run has a place of its own, so that nothing is there already.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let [push, pull] = NAMES;
        let place = format!("oci://{}", self.address);
        let source = format!("{place}/helm-0/large");
        vec![
            Case::new(
                push,
                5,
                Box::new(move |program, n| {
                    let line = format!("push large-1.0.0.tgz {place}/{program}-{n} --plain-http");
                    vec![words(&line)]
                }),
            ),
            Case::new(
                pull,
                5,
                Box::new(move |program, n| {
                    let cache = format!("cache-{program}-{n}");
                    let line = format!("pull {source} --version 1.0.0 --plain-http --content-cache {cache}");
                    vec![words(&line)]
                }),
            ),
        ]
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
