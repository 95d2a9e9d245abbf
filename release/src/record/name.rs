//! What a release may be called.

/// A release name is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// It is empty.
    #[error("no name provided")]
    Missing,
    /// It is too long or has wrong characters.
    #[error(
        r"invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53"
    )]
    Invalid,
}

/// The longest release name. With it, names that charts derive from it stay within 63 characters.
const MAX_LENGTH: usize = 53;

/// Checks that `name` is a DNS subdomain of at most 53 bytes.
///
/// # Errors
///
/// When it is empty, and when it is anything else than that.
pub fn validate_name(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Missing);
    }
    let is_valid = name.len() <= MAX_LENGTH && name.split('.').all(is_label);
    if is_valid { Ok(()) } else { Err(NameError::Invalid) }
}

fn is_label(label: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_subdomains() {
        let longest = "a".repeat(53);
        for name in ["web", "a.b-c.d", "0", longest.as_str()] {
            assert_eq!(validate_name(name), Ok(()), "{name}");
        }
        let too_long = "a".repeat(54);
        for name in [
            "Web",
            "a_b",
            "-a",
            "a-",
            "a..b",
            ".a",
            "a b",
            "a\n",
            too_long.as_str(),
        ] {
            assert_eq!(validate_name(name), Err(NameError::Invalid), "{name}");
        }
        assert_eq!(validate_name(""), Err(NameError::Missing));
    }
}
