//! What a registry wants to know of us: the header `WWW-Authenticate`.

use std::collections::BTreeMap;

/// How a registry wants to be convinced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// With a name and a password.
    Basic,
    /// With a token.
    Bearer(Bearer),
    /// In a way that is not known here.
    Other,
}

/// Where a token is to be had, and for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) realm: String,
    pub(super) service: String,
    /// The scopes, separated by blanks.
    pub(super) scope: String,
}

impl Challenge {
    /// Reads the header. What does not follow the grammar (RFC 7235, section 2.1) ends the list of parameters.
    pub(super) fn parse(header: &str) -> Self {
        let (scheme, rest) = token(header);
        if scheme.eq_ignore_ascii_case("basic") {
            return Challenge::Basic;
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Challenge::Other;
        }
        let mut parameters = parameters(rest);
        let mut take = |name: &str| parameters.remove(name).unwrap_or_default();
        Challenge::Bearer(Bearer {
            realm: take("realm"),
            service: take("service"),
            scope: take("scope"),
        })
    }
}

fn parameters(mut rest: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    loop {
        let (key, after) = token(skip_blanks(rest));
        let Some(after) = skip_blanks(after).strip_prefix('=') else {
            return found;
        };
        let Some((value, after)) = value(skip_blanks(after)) else {
            return found;
        };
        if key.is_empty() {
            return found;
        }
        found.insert(key.to_ascii_lowercase(), value);
        match skip_blanks(after).strip_prefix(',') {
            Some(after) => rest = after,
            None => return found,
        }
    }
}

fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = token(text);
        return (!value.is_empty()).then(|| (value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(chars.next()?.1),
            _ => value.push(c),
        }
    }
    None
}

fn token(text: &str) -> (&str, &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    text.split_at(text.find(|c| !is_token(c)).unwrap_or(text.len()))
}

fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::{Bearer, Challenge};

    #[test]
    fn challenges_are_read() {
        let header =
            r#"Bearer realm="https://auth.x.org/token",service="reg \"1\"" , scope=repository:a/b:pull"#;
        let expected = Bearer {
            realm: "https://auth.x.org/token".to_owned(),
            service: r#"reg "1""#.to_owned(),
            // A scope has characters that only quotes allow: what comes before the first of them is what Go reads.
            scope: "repository".to_owned(),
        };
        assert_eq!(Challenge::parse(header), Challenge::Bearer(expected));
        assert_eq!(Challenge::parse(r#"basic realm="x""#), Challenge::Basic);
        assert_eq!(Challenge::parse("Negotiate"), Challenge::Other);
        assert_eq!(Challenge::parse(""), Challenge::Other);
        assert_eq!(
            Challenge::parse(r#"Bearer realm="open"#),
            Challenge::Bearer(Bearer::default())
        );
    }
}
