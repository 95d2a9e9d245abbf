//! Which texts pass for addresses, roughly as the library that Helm asks (`asaskevich/govalidator`).

/// Says whether the text is an absolute URI that a request could be made to.
pub(super) fn is_request_url(text: &str) -> bool {
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return false;
    }
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !scheme_fits {
        return false;
    }
    let Some(rest) = rest.strip_prefix("//") else {
        return has_good_escapes(rest);
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let authority = &rest[..end];
    let host = authority.rsplit('@').next().unwrap_or(authority);
    is_host(host) && has_good_escapes(&rest[end..])
}

fn is_host(host: &str) -> bool {
    let is_bad = |c: char| c.is_ascii() && matches!(c, ' ' | '^' | '`' | '{' | '}' | '|' | '\\' | '#' | '%');
    let port = match host.rfind(']') {
        Some(end) => host[end + 1..].strip_prefix(':'),
        None => host.rsplit_once(':').map(|(_, port)| port),
    };
    !host.contains(is_bad) && port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn has_good_escapes(text: &str) -> bool {
    let path = text.split('?').next().unwrap_or(text);
    path.split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

/// Says whether the text is a URL, with or without a scheme.
pub(super) fn is_url(text: &str) -> bool {
    if text.len() <= 3
        || text.chars().count() >= 2083
        || text.starts_with('.')
        || text.contains(char::is_whitespace)
    {
        return false;
    }
    let rest = match text.split_once("://") {
        Some((scheme, rest)) => {
            if !matches!(scheme, "ftp" | "tcp" | "udp" | "ws" | "wss" | "http" | "https") {
                return false;
            }
            rest
        }
        None if !text.contains(['.', ':']) => return false,
        None => text,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '.');
    !name.starts_with(['.', '-', '_'])
        && name.chars().all(is_part)
        && ends_well(name.chars().last())
        && port.len() <= 5
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Says whether the text is an e-mail address.
pub(super) fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_atom = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let user_fits = user
        .split('.')
        .all(|part| !part.is_empty() && part.chars().all(is_atom));
    let labels: Vec<&str> = domain.strip_suffix('.').unwrap_or(domain).split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '~'))
    };
    let top_fits = labels.last().is_some_and(|top| {
        top.starts_with(char::is_alphabetic) && !top.ends_with(|c: char| c.is_ascii_digit())
    });
    user_fits && labels.len() > 1 && labels.iter().all(is_label) && top_fits
}
