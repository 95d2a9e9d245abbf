//! How a plugin that is installed stands to its provenance (`signing_info.go`).

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use chart::provenance;

use super::Metadata;

/// Says in Helm's words whether the archive that a plugin was installed from is beside it, with a provenance that speaks of
/// it. Nobody's signature is checked: that needs keys. `plugins` is the folder that Helm installs into.
pub(crate) fn standing(metadata: &Metadata, plugins: &Path) -> &'static str {
    let Ok(found) = fs::symlink_metadata(plugins.join(&metadata.name)) else {
        return "unknown";
    };
    if found.is_symlink() {
        return "local dev";
    }
    let name = format!("{}-{}.tgz", metadata.name, metadata.version);
    let archive = plugins.join(&name);
    if !archive.exists() {
        return "unsigned";
    }
    let text = match fs::read(plugins.join(format!("{name}.prov"))) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return "unsigned",
        Err(_) => return "unknown",
    };
    match provenance::claims(&text) {
        None => "invalid provenance",
        Some(claims) => {
            let digest = fs::read(&archive).map(|bytes| provenance::digest(&bytes));
            let is_it = |(file, claimed): (&String, &String)| {
                file.contains(&name) && digest.as_ref().is_ok_and(|digest| digest == claimed)
            };
            if claims.iter().any(is_it) {
                "signed"
            } else {
                "mismatched provenance"
            }
        }
    }
}
