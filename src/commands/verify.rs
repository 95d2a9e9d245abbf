//! `verify`.

use std::path::Path;

use chart::provenance::Verification;

use crate::args::keyring::KeyringArgs;
use crate::context::Context;
use crate::error::Result;

/// verify that a chart at the given path has been signed and is valid
///
/// The provenance is in the file of the same name with .prov added, where 'package --sign' writes it. Other commands
/// check the same with --verify.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    keyring: KeyringArgs,
}

impl Verify {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let found = self.keyring.verify(cx, Path::new(&self.path))?;
        Ok(cx.ui().data(text(&found, "Chart"))?)
    }
}

/// Who has signed something (`Chart`, `Plugin`), and what it hashes to.
pub(super) fn text(found: &Verification, what: &str) -> String {
    let signers = found
        .signers
        .iter()
        .map(|signer| format!("Signed by: {signer}\n"));
    let mut text: String = signers.collect();
    text.push_str(&format!("Using Key With Fingerprint: {}\n", found.fingerprint));
    text.push_str(&format!("{what} Hash Verified: {}\n", found.digest));
    text
}
