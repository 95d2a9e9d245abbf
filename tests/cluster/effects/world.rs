//! What the lines are played in: charts, keys, and servers of every kind that have them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::files::copy;
use crate::registry::plugins::push;
use crate::support::certificates::Certificates;
use crate::support::gnupg::Gnupg;
use crate::support::registry::{Kind, Registry};
use crate::support::tls::{Guests, front};
use crate::support::web::{Fault, Web};
use crate::support::{TestEnv, real_helm};

/// base64 of `alice:wonderland`.
const ENCODED: &str = "YWxpY2U6d29uZGVybGFuZA==";

/// How late the late server is.
const LATE: Duration = Duration::from_secs(3);

/// The registries, and the words for them.
const REGISTRIES: [(Kind, &str); 4] = [
    (Kind::Open, ""),
    (Kind::Tls, "TLS"),
    (Kind::Mutual, "MUTUAL"),
    (Kind::Basic, "BASIC"),
];

/// The servers, and the files that every line begins with.
pub(super) struct World {
    /// The files.
    pub(super) files: TestEnv,
    /// What the words between `@` stand for.
    pub(super) words: BTreeMap<String, String>,
    _site: TestEnv,
    _webs: Vec<Web>,
    _registries: Vec<(Registry, TestEnv)>,
}

impl World {
    /// Makes everything; nothing, with a loud line, where it cannot be had.
    pub(super) fn new() -> Option<Self> {
        real_helm()?;
        // What is made here is nobody's exercise.
        let (site, files) = (TestEnv::offline().for_test(""), TestEnv::offline().for_test(""));
        let public = sign_and_pack(&site)?;
        std::fs::write(files.path().join("public"), public).expect("files can be written");
        let mut words = BTreeMap::new();
        let webs = repositories(&site, &mut words);
        let registries = registries(&site, &mut words)?;
        for (name, text) in FILES {
            files.write(name, &filled(text, &words));
        }
        for chart in ["web", "shown"] {
            copy(&site.path().join(chart), &files.path().join("charts").join(chart));
        }
        copy(&site.path().join("site"), &files.path().join("site"));
        let archive = site.path().join("site/web-1.0.0.tgz");
        std::fs::copy(archive, files.path().join("web-1.0.0.tgz")).expect("files can be copied");
        let script = "sed \"s/plain/${1:-quiet}/\"";
        crate::cli::post_render::plugin(&files, "rename", script);
        Some(World {
            files,
            words,
            _site: site,
            _webs: webs,
            _registries: registries,
        })
    }
}

/// Puts in what the words between `@` stand for.
pub(super) fn filled(text: &str, words: &BTreeMap<String, String>) -> String {
    let mut filled = text.to_owned();
    for (word, meaning) in words {
        filled = filled.replace(&format!("@{word}@"), meaning);
    }
    filled
}

/// Makes three versions of a chart, of which the first one is signed, and a plugin. Returns the public key.
fn sign_and_pack(site: &TestEnv) -> Option<Vec<u8>> {
    let gnupg = Gnupg::new(site)?;
    gnupg.make_key("Rosa <rosa@example.com>", "rsa2048 sign never", "secret");
    let secret = gnupg.run(&["--passphrase", "secret", "--export-secret-keys"], b"");
    std::fs::write(site.path().join("secret"), secret).expect("files can be written");
    site.write("passphrase", "secret\n");
    site.write(
        "shown/Chart.yaml",
        "apiVersion: v2\nname: shown\nversion: 1.0.0\n",
    );
    for (name, text) in SHOWN {
        site.write(&format!("shown/{name}"), text);
    }
    let sign = " --sign --key Rosa --keyring secret --passphrase-file passphrase";
    for (version, flags) in [("1.0.0", sign), ("1.1.0", ""), ("2.0.0-rc.1", "")] {
        for (name, text) in WEB {
            site.write(&format!("web/{name}"), &text.replace("@V@", version));
        }
        site.helm(&format!("package web -d site{flags}")).ok();
    }
    site.write("tool/plugin.yaml", "name: tool\nversion: 0.1.0\ncommand: echo\n");
    site.helm("plugin package tool --sign=false").ok();
    Some(gnupg.run(&["--export"], b""))
}

/// Serves the charts: to everybody, to who has the password, with TLS, too late.
fn repositories(site: &TestEnv, words: &mut BTreeMap<String, String>) -> Vec<Web> {
    site.write("site/api/chartsvc/v1/charts/search", HUB);
    site.write("site/empty/api/chartsvc/v1/charts/search", "{\"data\":[]}\n");
    site.helm("repo index site").ok();
    let serve = |folder: &str| Web::serve(&site.path().join(folder));
    let (open, locked, near, late) = (serve("site"), serve("site"), serve("near"), serve("site"));
    locked.require(ENCODED);
    near.require(ENCODED);
    late.fail("/index.yaml", Fault::Late(LATE));
    copy(&site.path().join("site"), &site.path().join("near"));
    site.helm(&format!("repo index near --url {}", locked.url())).ok();
    let certificates = Certificates::new(site.path());
    let guests = |guests| front(&open.url(), site.path(), "server", guests);
    for (word, meaning) in [
        ("OPEN", open.url()),
        ("LOCKED", locked.url()),
        ("FAR", near.url()),
        ("LATE", late.url()),
        ("TLS", guests(Guests::All)),
        ("MUTUAL", guests(Guests::Known)),
        ("CA", certificates.path("ca.pem")),
        ("CERT", certificates.path("client.pem")),
        ("KEY", certificates.path("client-key.pem")),
    ] {
        words.insert(word.to_owned(), meaning);
    }
    vec![open, locked, near, late]
}

/// Starts registries that all have the chart and the plugin.
fn registries(site: &TestEnv, words: &mut BTreeMap<String, String>) -> Option<Vec<(Registry, TestEnv)>> {
    let mut started: Vec<(Registry, TestEnv)> = Vec::new();
    for (kind, word) in REGISTRIES {
        let env = TestEnv::offline();
        if let Some((_, first)) = started.first() {
            copy(
                &first.path().join("registry/data"),
                &env.path().join("registry/data"),
            );
        }
        let registry = Registry::start(&env, kind)?;
        if started.is_empty() {
            let line = format!("push site/web-1.0.0.tgz oci://{} --plain-http", registry.address);
            site.helm(&line).ok();
            let name = "tool-0.1.0.tgz";
            let archive = std::fs::read(site.path().join(name)).expect("an archive");
            let media_type = "application/vnd.helm.plugin.v1+json";
            push(&registry, ("tool", "0.1.0"), media_type, &[(name, archive)]);
        }
        words.insert(format!("HOST{word}"), registry.address.clone());
        words.insert(format!("OCI{word}"), format!("oci://{}", registry.address));
        for (file, name) in [("CA", "ca"), ("CERT", "client"), ("KEY", "client-key")] {
            let path = registry.certificates.path(&format!("{name}.pem"));
            words.insert(format!("OCI{word}{file}"), path);
        }
        started.push((registry, env));
    }
    Some(started)
}

const HUB: &str = r#"{"data":[{"id":"x/web","artifactHub":{"packageUrl":"https://hub.example/packages/helm/x/web"},
"attributes":{"name":"web","description":"A web that has been described at length","repo":{"name":"x",
"url":"https://charts.example"}},"relationships":{"latestChartVersion":{"data":{"version":"1.0.0","app_version":"7"}}}}]}
"#;

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
    webs.effects.org}\n# @V@\nspec:\n  group: effects.org\n  names: {kind: Web, plural: webs}\n  scope: \
    Namespaced\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n";

/// A chart whose every part says its version.
const WEB: [(&str, &str); 5] = [
    ("Chart.yaml", "apiVersion: v2\nname: web\nversion: @V@\n"),
    ("values.yaml", "version: @V@\n"),
    ("README.md", "# Web @V@\n"),
    ("crds/c.yaml", CRD),
    (
        "templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-web'}\ndata: {version: '@V@'}\n",
    ),
];

/// A chart that shows what flags do to it.
const SHOWN: [(&str, &str); 6] = [
    ("values.yaml", "message: hello\n"),
    ("crds/c.yaml", CRD),
    ("templates/NOTES.txt", "Bye {{ .Values.message }}\n"),
    (
        "templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: '{{ .Release.Name }}'\ndata:\n  tone: plain\n  message: '{{ \
         .Values.message | toJson }}'\n  address: '{{ getHostByName \"localhost\" }}'\n",
    ),
    (
        "templates/hook.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: '{{ .Release.Name }}-hook'\n  annotations:\n    \
         helm.sh/hook: post-install\ndata:\n  message: '{{ .Values.message | toJson }}'\n",
    ),
    (
        "templates/test.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: '{{ .Release.Name }}-test'\n  annotations:\n    helm.sh/hook: \
         test\n    coxswain.test/behaviour: slow\nspec:\n  restartPolicy: Never\n  containers: [{name: a, image: example.org/a:1}]\n",
    ),
];

const FILES: [(&str, &str); 21] = [
    ("good.yaml", "needed: 1\n"),
    (
        "charts/slow/Chart.yaml",
        "apiVersion: v2\nname: slow\nversion: 1.0.0\n",
    ),
    (
        "charts/slow/templates/a.yaml",
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: slow}\nspec:\n  template:\n    metadata: {annotations: \
         {coxswain.test/behaviour: slow, coxswain.test/delay: 20s}}\n    spec: {restartPolicy: Never, containers: \
         [{name: a, image: example.org/a:1}]}\n",
    ),
    ("password", "wonderland"),
    ("empty", ""),
    (
        "charts/strict/Chart.yaml",
        "apiVersion: v2\nname: strict\nversion: 1.0.0\n",
    ),
    (
        "charts/strict/values.schema.json",
        "{\"type\":\"object\",\"required\":[\"needed\"],\"properties\":{\"number\":{\"type\":\"number\"}}}\n",
    ),
    (
        "charts/strict/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: strict}\ndata: {needed: {{ .Values.needed | quote }}}\n",
    ),
    (
        "charts/odd/Chart.yaml",
        "apiVersion: v2\nname: odd\nversion: 1.0.0\n",
    ),
    (
        "charts/odd/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\nnonsense: 1\n",
    ),
    (
        "charts/open/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.0.0, repository: '@OCI@'}\n",
    ),
    ("charts/open/templates/a.yaml", ""),
    (
        "charts/tls/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.0.0, repository: '@OCITLS@'}\n",
    ),
    ("charts/tls/templates/a.yaml", ""),
    (
        "charts/mutual/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.0.0, repository: '@OCIMUTUAL@'}\n",
    ),
    ("charts/mutual/templates/a.yaml", ""),
    (
        "charts/basic/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.0.0, repository: '@OCIBASIC@'}\n",
    ),
    ("charts/basic/templates/a.yaml", ""),
    (
        "charts/signed/Chart.yaml",
        "apiVersion: v2\nname: signed\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.0.0, repository: '@OPEN@'}\n",
    ),
    (
        "charts/unsigned/Chart.yaml",
        "apiVersion: v2\nname: unsigned\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.1.0, repository: '@OPEN@'}\n",
    ),
    ("charts/unsigned/templates/a.yaml", ""),
];
