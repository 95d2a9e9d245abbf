//! URLs: sprig's chapter "URL Functions", by the rules of Go's `net/url`.

mod address;
mod escape;
mod url;

use super::{NIL_POINTER, Table};
use crate::gotmpl::{Map, Text, Value, function, printf};
use url::{Url, User};

/// The functions of this chapter.
pub(super) fn table() -> Table {
    vec![("urlParse", function(url_parse)), ("urlJoin", function(url_join))]
}

fn url_parse(text: Text) -> Result<Map, String> {
    let url = parse(&text).map_err(|message| format!("unable to parse url: {message}"))?;
    let user = url.user.as_ref().map(User::to_bytes).unwrap_or_default();
    let fields: [(&str, Vec<u8>); 8] = [
        ("hostname", url.hostname().to_vec()),
        ("scheme", url.scheme),
        ("host", url.host),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", user),
    ];
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name, Text::from(value)))
        .collect())
}

/// Parses, and names the text in the error as Go does: without its fragment, unless that is what is wrong.
fn parse(text: &[u8]) -> Result<Url, String> {
    let at = text.iter().position(|byte| *byte == b'#');
    let (body, fragment) = at.map_or((text, &[][..]), |at| (&text[..at], &text[at + 1..]));
    let failed = |text: &[u8], message: String| format!("parse {}: {message}", printf::quote(text));
    let mut url = Url::parse(body).map_err(|message| failed(body, message))?;
    url.set_fragment(fragment)
        .map_err(|message| failed(text, message))?;
    Ok(url)
}

fn url_join(fields: Map) -> Result<Text, String> {
    let field = |name: &str| text_of(&fields, name);
    let mut url = Url {
        scheme: field("scheme")?,
        host: field("host")?,
        path: field("path")?,
        query: field("query")?,
        opaque: field("opaque")?,
        fragment: field("fragment")?,
        ..Url::default()
    };
    let user = field("userinfo")?;
    if !user.is_empty() {
        let parsed = parse(&[b"proto://", &*user, b"@host"].concat());
        url.user = parsed
            .map_err(|message| format!("unable to parse userinfo in dict: {message}"))?
            .user;
    }
    Ok(url.to_bytes().into())
}

fn text_of(fields: &Map, name: &str) -> Result<Vec<u8>, String> {
    match fields.get(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text.to_vec()),
        Some(Value::Nil) => Err(NIL_POINTER.into()),
        Some(other) => Err(format!(
            "unable to parse {name} key, must be of type string, but {} found",
            other.kind_name()
        )),
    }
}
