//! Which values of a chart are secret by their names.

use serde_json::Value;

/// What a name has in it that means a secret.
const SECRET: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "apikey",
    "accesskey",
    "privatekey",
    "connectionstring",
];

/// How a name ends, or begins, that only says where the secret is.
const PLACE: [&str; 7] = ["name", "ref", "path", "file", "key", "annotations", "labels"];
const CHOICE: [&str; 3] = ["existing", "create", "use"];

/// Says whether a value must not be shown, by where it is.
pub(super) fn is_private(path: &str, value: &Value) -> bool {
    let can_be = match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        _ => false,
    };
    can_be && is_private_name(last_name(path))
}

fn is_private_name(name: &str) -> bool {
    let is_letter = |letter: &char| letter.is_alphanumeric();
    let name: String = name.to_lowercase().chars().filter(is_letter).collect();
    let is_place = PLACE.iter().any(|end| name.ends_with(end)) && !name.ends_with("apikey");
    let is_place = is_place
        && !["accesskey", "privatekey", "secretkey"]
            .iter()
            .any(|end| name.ends_with(end));
    let is_choice = CHOICE.iter().any(|start| name.starts_with(start));
    !is_place && !is_choice && SECRET.iter().any(|word| name.contains(word))
}

/// Returns the name of the field that a path ends at, or of the list whose item it ends at.
fn last_name(path: &str) -> &str {
    let is_place = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    let mut rest = path;
    while let Some((head, place)) = rest.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')) {
        if !is_place(place) {
            break;
        }
        rest = head;
    }
    match rest.strip_suffix("\"]") {
        Some(quoted) => quoted.rsplit("[\"").next().unwrap_or_default(),
        None => rest.rsplit('.').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        let hidden = [
            ".auth.password",
            ".rootPassword",
            ".tokens[0]",
            ".env[\"API_TOKEN\"]",
            ".s3.secretKey",
            ".api_key",
        ];
        for path in hidden {
            assert!(is_private(path, &Value::from("a")), "{path}");
        }
        let shown = [
            ".auth.existingSecret",
            ".secretName",
            ".tokenPath",
            ".image.tag",
            ".key",
            ".passwordSecretRef",
            ".labels.a",
        ];
        for path in shown {
            assert!(!is_private(path, &Value::from("a")), "{path}");
        }
        assert!(!is_private(".secret", &Value::from(true)));
    }
}
