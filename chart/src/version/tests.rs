use proptest::prelude::*;

use super::*;

#[derive(serde::Deserialize)]
struct Vector {
    constraint: String,
    error: String,
    matches: Vec<String>,
    rejects: Vec<String>,
}

fn vectors() -> Vec<Vector> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/semver/semver.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn ranges_match_as_in_go() {
    for vector in vectors() {
        let range = VersionReq::parse(&vector.constraint);
        let range = match (range, vector.error.as_str()) {
            (Ok(range), "") => range,
            (Err(err), message) => {
                assert_eq!(err.to_string(), message, "{}", vector.constraint);
                continue;
            }
            (Ok(_), message) => panic!("{} should fail: {message}", vector.constraint),
        };
        for (versions, expected) in [(&vector.matches, true), (&vector.rejects, false)] {
            for text in versions {
                let version = Version::parse(text).unwrap();
                assert_eq!(
                    range.matches(&version),
                    expected,
                    "{text} in {:?}",
                    vector.constraint
                );
            }
        }
    }
}

#[test]
fn versions_are_forgiven_much() {
    for (text, read) in [
        ("v1", "1.0.0"),
        ("1.2", "1.2.0"),
        ("01.02.03", "1.2.3"),
        ("1.2-a.b+c", "1.2.0-a.b+c"),
    ] {
        assert_eq!(Version::parse(text).unwrap().to_string(), read);
    }
    for (text, message) in [
        ("", "invalid semantic version"),
        ("V1", "invalid semantic version"),
        ("1.2.3.4", "invalid semantic version"),
        ("1.2.3-", "invalid semantic version"),
        ("1.2.3-01", "version segment starts with 0"),
        (
            "99999999999999999999",
            "error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": value out of range",
        ),
    ] {
        assert_eq!(Version::parse(text).unwrap_err().to_string(), message, "{text:?}");
    }
}

#[test]
fn strict_versions_are_forgiven_nothing() {
    assert!(Version::parse_strict("1.2.3-a.0+b").is_ok());
    for (text, message) in [
        ("", "version string empty"),
        ("1.2", "invalid semantic version"),
        ("v1.2.3", "invalid characters in version"),
        ("1.02.3", "version segment starts with 0"),
        ("1.2.3-a..b", "invalid prerelease string"),
        ("1.2.3+", "invalid metadata string"),
    ] {
        assert_eq!(
            Version::parse_strict(text).unwrap_err().to_string(),
            message,
            "{text:?}"
        );
    }
}

#[test]
fn precedence_is_that_of_the_specification() {
    let order =
        "1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-alpha.beta < 1.0.0-beta < 1.0.0-beta.2 < 1.0.0-beta.11 < 1.0.0";
    let versions: Vec<_> = order
        .split(" < ")
        .map(|text| Version::parse(text).unwrap())
        .collect();
    for pair in versions.windows(2) {
        assert_eq!(
            pair[0].precedence(&pair[1]),
            Ordering::Less,
            "{} {}",
            pair[0],
            pair[1]
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_versions_or_ranges_panic(
        version in "[v0-9.x*+a-z-]{0,20}",
        range in "[ v0-9.x*,|<>=!~^+a-z-]{0,40}",
        any in "\\PC{0,40}",
    ) {
        for text in [&range, &any] {
            let _ = Version::parse_strict(text);
            if let (Ok(range), Ok(version)) = (VersionReq::parse(text), Version::parse(&version)) {
                let _ = range.matches(&version);
            }
        }
    }

    #[test]
    fn a_version_is_read_back_from_its_text(parts in prop::array::uniform3(0..u64::MAX), tail in "(-[1-9a-z]{1,5})?(\\+[a-z]{1,5})?") {
        let text = format!("{}.{}.{}{tail}", parts[0], parts[1], parts[2]);
        let version = Version::parse_strict(&text).unwrap();
        prop_assert_eq!(version.to_string(), text.clone());
        let same = VersionReq::parse(&format!("={text}")).unwrap();
        prop_assert!(same.matches(&version));
    }
}
