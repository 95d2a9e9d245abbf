//! What has been brought to registries and from them, in Helm's words.

use repo::oci::{Digest, Fetched, Pushed, Reference};

/// Helm's explanation of underscores in tags.
const UNDERSCORE: &str = "\
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.";

/// Says what was pushed.
pub(crate) fn pushed(pushed: &Pushed) -> String {
    let Pushed { reference, digest } = pushed;
    let told = told("Pushed", reference, digest);
    told + &explained(reference, reference.tag.as_deref().unwrap_or_default())
}

/// Says what was pulled.
pub(crate) fn pulled(fetched: &Fetched) -> String {
    let warning = fetched
        .deprecated_media_type
        .as_ref()
        .map(|media_type| format!("Warning: chart media type {media_type} is deprecated\n"));
    let told = told("Pulled", &fetched.reference, &fetched.digest);
    let explained = explained(&fetched.reference, &fetched.reference.to_string());
    warning.unwrap_or_default() + &told + &explained
}

fn told(verb: &str, reference: &Reference, digest: &Digest) -> String {
    format!("{verb}: {reference}\nDigest: {digest}\n")
}

/// What is to be known of underscores, if there are any in that part of the reference.
fn explained(reference: &Reference, part: &str) -> String {
    if part.contains('_') {
        format!("{reference} contains an underscore.\n\n{UNDERSCORE}\n")
    } else {
        String::new()
    }
}
