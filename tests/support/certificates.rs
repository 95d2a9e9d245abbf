//! Certificates for tests, of an authority of their own.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};

/// The files of an authority, a server on this machine, and a client.
pub(crate) struct Certificates {
    folder: PathBuf,
}

impl Certificates {
    /// Writes the files into a folder: `ca.pem`, `server.pem`, `expired.pem`, `client.pem`, and `…-key.pem` for each.
    pub(crate) fn new(folder: &Path) -> Self {
        let certificates = Certificates {
            folder: folder.to_owned(),
        };
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&key).expect("a certificate");
        certificates.write("ca", &authority.pem(), &key);
        let issuer = Issuer::new(params, key);
        let server = names();
        certificates.issue("server", server.clone(), &issuer);
        let mut expired = server;
        expired.not_before = date_time_ymd(2020, 1, 1);
        expired.not_after = date_time_ymd(2021, 1, 1);
        certificates.issue("expired", expired, &issuer);
        let mut client = CertificateParams::new(Vec::new()).expect("parameters");
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        // Of the same name as its issuer it would pass for one that signed itself.
        client.distinguished_name.push(DnType::CommonName, "client");
        certificates.issue("client", client, &issuer);
        certificates
    }

    /// The path of a file.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn issue(&self, name: &str, params: CertificateParams, issuer: &Issuer<'_, KeyPair>) {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, issuer).expect("a certificate");
        self.write(name, &certificate.pem(), &key);
    }

    fn write(&self, name: &str, certificate: &str, key: &KeyPair) {
        let write = |file: String, text: &str| {
            std::fs::write(self.folder.join(file), text).expect("files can be written");
        };
        write(format!("{name}.pem"), certificate);
        write(format!("{name}-key.pem"), &key.serialize_pem());
    }
}

fn names() -> CertificateParams {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).expect("parameters");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}
