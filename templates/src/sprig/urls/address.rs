//! The authority of a URL: user, host and port.

use super::escape::{Part, escape, unescape};
use super::url::User;
use crate::gotmpl::printf;
use std::net::Ipv6Addr;

fn find(text: &[u8], wanted: u8) -> Option<usize> {
    text.iter().position(|byte| *byte == wanted)
}

fn find_last(text: &[u8], wanted: u8) -> Option<usize> {
    text.iter().rposition(|byte| *byte == wanted)
}

/// Parses `user:password@host:port`.
pub(super) fn parse_authority(scheme: &[u8], authority: &[u8]) -> Result<(Option<User>, Vec<u8>), String> {
    let Some(at) = find_last(authority, b'@') else {
        return Ok((None, parse_host(scheme, authority)?));
    };
    let host = parse_host(scheme, &authority[at + 1..])?;
    let user = &authority[..at];
    let is_valid = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
    if !user.iter().all(is_valid) {
        return Err("net/url: invalid userinfo".into());
    }
    let user = match find(user, b':') {
        None => User {
            name: unescape(user, Part::User)?,
            password: None,
        },
        Some(colon) => User {
            name: unescape(&user[..colon], Part::User)?,
            password: Some(unescape(&user[colon + 1..], Part::User)?),
        },
    };
    Ok((Some(user), host))
}

impl User {
    /// Writes `user:password`.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Part::User);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Part::User));
        }
        out
    }
}

fn check_port(port: &[u8]) -> Result<(), String> {
    match port {
        [] => Ok(()),
        [b':', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => Ok(()),
        _ => Err(format!("invalid port {} after host", printf::quote(port))),
    }
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    match find_last(host, b'[') {
        Some(0) => return parse_literal(host),
        Some(_) => return Err("invalid IP-literal".into()),
        None => {}
    }
    if let Some(colon) = find(host, b':') {
        // only in web addresses a second colon is wrong: lists of hosts have them
        let is_strict = matches!(scheme, b"http" | b"https");
        let colon = if is_strict {
            colon
        } else {
            find_last(host, b':').unwrap_or(colon)
        };
        check_port(&host[colon..])?;
    }
    unescape(host, Part::Host)
}

/// Parses `[::1]:80`, with or without a zone.
fn parse_literal(host: &[u8]) -> Result<Vec<u8>, String> {
    let close = find_last(host, b']').ok_or("missing ']' in host")?;
    let port = &host[close + 1..];
    check_port(port)?;
    let inside = &host[1..close];
    let address = match inside.windows(3).position(|window| window == b"%25") {
        None => unescape(inside, Part::Host)?,
        Some(zone) => [
            unescape(&inside[..zone], Part::Host)?,
            unescape(&inside[zone..], Part::Zone)?,
        ]
        .concat(),
    };
    check_address(&address)?;
    Ok([b"[", &*address, b"]", &*unescape(port, Part::Host)?].concat())
}

/// Checks an address of version 6; the messages are those of Go's `net/netip` for the usual mistakes.
fn check_address(address: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(address);
    let (plain, zone) = text
        .split_once('%')
        .map_or((&*text, None), |(plain, zone)| (plain, Some(zone)));
    let failed = |message: &str| {
        Err(format!(
            "invalid host: ParseAddr({}): {message}",
            printf::quote(address)
        ))
    };
    if plain.parse::<std::net::Ipv4Addr>().is_ok() && zone.is_none() {
        return Err("invalid IP-literal".into());
    }
    match (plain.parse::<Ipv6Addr>(), zone) {
        (Ok(_), Some("")) => failed("zone must be a non-empty string"),
        (Ok(_), _) => Ok(()),
        (Err(_), _) => failed("unable to parse IP"),
    }
}
