//! Charts in registries: `cox` beside the real Helm on the real registry, and on servers that do not behave.

mod credentials;
mod exchange;
mod faults;
mod mirrors;
mod offline;
pub(crate) mod plugins;

use std::path::{Path, PathBuf};

use crate::support::registry::{Kind, Registry};
use crate::support::tokens::{PASSWORD, USER};
use crate::support::{Outcome, TestEnv, real_helm};

/// The programs beside each other, in the same folder, at home in the same place.
struct Sides {
    env: TestEnv,
    helm: &'static Path,
}

/// The name of a program: `cox` or `helm`.
type Side = &'static str;

const SIDES: [Side; 2] = ["cox", "helm"];

impl Sides {
    fn new() -> Option<Self> {
        Some(Sides {
            env: TestEnv::offline(),
            helm: real_helm()?,
        })
    }

    fn run(&self, side: Side, line: &str) -> Outcome {
        match side {
            "cox" => self.env.cox(line),
            _ => self.env.run(self.helm, line),
        }
    }

    /// Makes and packs a chart. Its provenance says nothing that anybody would verify.
    fn pack(&self, name: &str, version: &str) -> String {
        let chart = format!(
            "apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: \"7\"\ndescription: \"a <b> & c é\"\nhome: \
             https://x.org\nsources: [https://s.org]\nmaintainers:\n- name: Ann\n  email: ann@x.org\n- name: \
             Bob\nannotations:\n  org.opencontainers.image.url: https://own.org\n  x.org/y: \"1\"\n"
        );
        self.env.write(&format!("charts/{name}/Chart.yaml"), &chart);
        self.env.write(&format!("charts/{name}/values.yaml"), "a: 1\n");
        self.env
            .write(&format!("charts/{name}/templates/x.yaml"), "kind: X\n");
        self.run("helm", &format!("package charts/{name}")).ok();
        let archive = format!("{name}-{version}.tgz");
        self.env.write(&format!("{archive}.prov"), "signed by nobody\n");
        archive
    }

    /// Logs in where that is needed.
    fn login(&self, side: Side, registry: &Registry) {
        if matches!(registry.kind, Kind::Basic | Kind::Token) {
            let (address, flags) = (&registry.address, registry.flags());
            let line = format!("registry login {address} -u {USER} -p {PASSWORD} {flags}");
            assert_eq!(self.run(side, &line).ok(), "Login Succeeded\n");
        }
    }

    /// The files of a content cache, without our notes about registries.
    fn cached(&self, cache: &str) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.env.path().join(cache)).expect("the cache");
        let folders = folders.flatten().filter(|folder| folder.file_name().len() == 2);
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).expect("a folder").flatten());
        files.map(|file| file.path()).collect()
    }

    fn bytes(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.env.path().join(file)).expect("the file is there")
    }
}
