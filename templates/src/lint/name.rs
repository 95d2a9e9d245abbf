//! Names of objects: the rules of `k8s.io/apimachinery`, by kind.

use chart::quote::quote;

/// Returns what is wrong with the name of an object of that kind.
pub(super) fn check(kind: &str, name: &str) -> Option<String> {
    let mut problems = problems(kind, name);
    let field = |problem: &String| format!("metadata.name: Invalid value: {}: {problem}", quote(name));
    let list = match problems.len() {
        0 => return None,
        1 => field(&problems.remove(0)),
        _ => {
            let list: Vec<String> = problems.iter().map(field).collect();
            format!("[{}]", list.join(", "))
        }
    };
    Some(format!(
        "object name does not conform to Kubernetes naming requirements: {}: {list}",
        quote(name)
    ))
}

fn problems(kind: &str, name: &str) -> Vec<String> {
    match kind.to_lowercase().as_str() {
        "service" => label_1035(name),
        "namespace" => label_1123(name),
        "certificatesigningrequest" => Vec::new(),
        "role" | "clusterrole" | "rolebinding" | "clusterrolebinding" => path_segment(name),
        _ => subdomain(name),
    }
}

fn subdomain(name: &str) -> Vec<String> {
    let mut problems = too_long(name, 253);
    if !is_subdomain(name) {
        problems.push(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
                .to_owned(),
        );
    }
    problems
}

fn label_1123(name: &str) -> Vec<String> {
    let mut problems = too_long(name, 63);
    if !is_label(name) {
        let problem = if is_subdomain(name) {
            "must not contain dots"
        } else {
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and \
             end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
        };
        problems.push(problem.to_owned());
    }
    problems
}

fn label_1035(name: &str) -> Vec<String> {
    let mut problems = too_long(name, 63);
    if !is_label(name) || !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        problems.push(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
             character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for \
             validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
                .to_owned(),
        );
    }
    problems
}

fn path_segment(name: &str) -> Vec<String> {
    if name == "." || name == ".." {
        return vec![format!("may not be '{name}'")];
    }
    ["/", "%"]
        .iter()
        .filter(|part| name.contains(**part))
        .map(|part| format!("may not contain '{part}'"))
        .collect()
}

/// Bytes are counted; the message speaks of characters all the same.
fn too_long(name: &str, most: usize) -> Vec<String> {
    let is_too_long = name.len() > most;
    is_too_long
        .then(|| format!("must be no more than {most} characters"))
        .into_iter()
        .collect()
}

fn is_subdomain(name: &str) -> bool {
    name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && label.bytes().all(is_legal) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_rule() {
        for (kind, name) in [
            ("Service", "web"),
            ("Namespace", "1-web"),
            ("Role", "System:Node"),
            ("Deployment", "a.b-c"),
            ("CertificateSigningRequest", ""),
        ] {
            assert_eq!(check(kind, name), None, "{kind} {name}");
        }
        for (kind, name) in [
            ("Service", "1-web"),
            ("Service", "a.b"),
            ("Namespace", "a.b"),
            ("Role", "a/b"),
            ("Deployment", "Web"),
            ("Unknown", ""),
        ] {
            assert!(check(kind, name).is_some(), "{kind} {name}");
        }
    }

    #[test]
    fn names_have_a_greatest_length() {
        for (kind, most) in [("Service", 63), ("Namespace", 63), ("Deployment", 253)] {
            let of_length = |length: usize| check(kind, &"a".repeat(length));
            assert_eq!(of_length(most), None);
            let text = of_length(most + 1).unwrap();
            let expected = format!(": must be no more than {most} characters");
            assert!(text.ends_with(&expected), "{text}");
        }
    }

    #[test]
    fn several_problems_are_a_list() {
        let text = check("Role", "a/b%").unwrap();
        let expected = "object name does not conform to Kubernetes naming requirements: \"a/b%\": [metadata.name: \
                        Invalid value: \"a/b%\": may not contain '/', metadata.name: Invalid value: \"a/b%\": may not \
                        contain '%']";
        assert_eq!(text, expected);
    }
}
