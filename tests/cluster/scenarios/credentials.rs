//! Words that stand for how the cluster is reached, and what they stand for.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DnType, Issuer, KeyPair};

/// The words of one kubeconfig: `@SERVER@`, `@PORT@`, `@CA@`, a token for each user (`@ADMIN@`, `@VIEWER@`, `@NOBODY@`),
/// and, where the key of the cluster's authority is at hand, `@CERT@` and `@KEY@` of somebody who may do everything.
/// What is binary is in base64; `@CA-PEM@` and the like are the same as text, `@CA-LINE@` as text in a JSON string.
pub(super) fn words(kubeconfig: &Path) -> &'static BTreeMap<String, String> {
    static WORDS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    WORDS.get_or_init(|| read(kubeconfig))
}

fn read(kubeconfig: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(kubeconfig).expect("the kubeconfig can be read");
    let config: serde_json::Value =
        serde_json::to_value(chart::yaml::from_str(&text).expect("it is YAML")).expect("it is data");
    let word = |pointer: &str| {
        let value = config.pointer(pointer).and_then(serde_json::Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let server = word("/clusters/0/cluster/server");
    let authority = word("/clusters/0/cluster/certificate-authority-data");
    let mut words = BTreeMap::new();
    words.insert(
        "PORT".to_owned(),
        server.rsplit(':').next().unwrap_or_default().to_owned(),
    );
    words.insert("SERVER".to_owned(), server);
    for user in config["users"].as_array().into_iter().flatten() {
        let name = user["name"].as_str().unwrap_or_default().to_uppercase();
        words.insert(
            name,
            user["user"]["token"].as_str().unwrap_or_default().to_owned(),
        );
    }
    let authority = STANDARD.decode(authority).expect("it is base64");
    insert(&mut words, "CA", &authority);
    let key = kubeconfig.with_file_name("data").join("ca.key");
    if let Ok(key) = std::fs::read_to_string(key) {
        let (certificate, own_key) = client(&String::from_utf8_lossy(&authority), &key);
        insert(&mut words, "CERT", certificate.as_bytes());
        insert(&mut words, "KEY", own_key.as_bytes());
    }
    words
}

fn insert(words: &mut BTreeMap<String, String>, name: &str, pem: &[u8]) {
    words.insert(name.to_owned(), STANDARD.encode(pem));
    let text = String::from_utf8_lossy(pem);
    words.insert(format!("{name}-LINE"), text.replace('\n', "\\n"));
    words.insert(format!("{name}-PEM"), text.into_owned());
}

/// Signs a certificate for a member of the group that may do everything; returns it and its key.
fn client(authority: &str, key: &str) -> (String, String) {
    let key = KeyPair::try_from(pkcs8(key)).expect("a key");
    let issuer = Issuer::from_ca_cert_pem(authority, key).expect("an authority");
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(DnType::CommonName, "certified");
    params
        .distinguished_name
        .push(DnType::OrganizationName, "system:masters");
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let own = KeyPair::generate().expect("a key");
    let signed = params.signed_by(&own, &issuer).expect("a certificate");
    (signed.pem(), own.serialize_pem())
}

/// Go writes keys on the curve P-256 in a form of their own; this is the common one around it.
fn pkcs8(key: &str) -> Vec<u8> {
    const HEAD: &[u8] =
        b"\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    let base64: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let inner = STANDARD.decode(base64).expect("it is base64");
    let short = |length: usize| u8::try_from(length).expect("the key is short");
    let mut whole = vec![0x30, 0x81, short(HEAD.len() + 2 + inner.len())];
    whole.extend_from_slice(HEAD);
    whole.extend([0x04, short(inner.len())]);
    whole.extend(inner);
    whole
}
