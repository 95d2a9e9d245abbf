//! The frame of a page: its head, its style, its script, and what it is allowed to do.

use super::escape::escaped;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What a browser lets the page do: this style and this script, by their SHA-256, and nothing else. A test computes them.
const STYLE_DIGEST: &str = "Y/ktLipVbFCOhT+PGe2eDfpe4Plw3USoNnvxqQ/6lh8=";
const SCRIPT_DIGEST: &str = "fjaxQMm8e/GL3C5+bJJQMT8PUEzU2bQIFWw7EEa01Es=";

/// Returns a page with this title and this body.
pub(super) fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; \
         script-src 'sha256-{SCRIPT_DIGEST}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n{body}<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_the_style_and_the_script() {
        let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
        assert_eq!([digest(STYLE), digest(SCRIPT)], [STYLE_DIGEST, SCRIPT_DIGEST]);
    }
}
