use super::cleartext::{Unsigned, decode};
use super::{Keyring, VerifyError, verify};

fn framed(text: &str) -> String {
    Unsigned::new(text).with_signature("SHA512", b"packets")
}

/// What is read is what was signed, whatever the text is.
#[test]
fn a_frame_gives_back_its_text() {
    for text in [
        "a\nb\n",
        "a",
        "",
        "\n\n",
        "- a\n-b\n--\n",
        "-----BEGIN PGP SIGNATURE-----\n",
        "-----END PGP SIGNATURE-----\n",
        "trailing  \n\t\n blanks\t \n",
        "carriage\r\nreturn\r\n",
    ] {
        let read = decode(framed(text).as_bytes()).unwrap_or_else(|| panic!("{text:?}"));
        assert_eq!(read.signed, Unsigned::new(text).to_bytes(), "{text:?}");
    }
}

#[test]
fn a_frame_must_be_whole() {
    let text = framed("a: 1\n");
    assert!(decode(text.as_bytes()).is_some());
    for end in 0..text.len() {
        assert!(decode(&text.as_bytes()[..end]).is_none(), "{:?}", &text[..end]);
    }
    for (part, other) in [
        ("Hash: SHA512", "Hash: X"),
        ("Hash", "Version"),
        ("MESSAGE-----", "MESSAGE----- x"),
    ] {
        assert!(decode(text.replace(part, other).as_bytes()).is_none(), "{other}");
    }
    assert!(decode(format!("x\n{text}").as_bytes()).is_some());
    assert!(decode(format!("x{text}").as_bytes()).is_none());
}

#[test]
fn bytes_that_are_no_keys_are_refused() {
    let message = |bytes: &[u8]| Keyring::read(bytes).err().map(|error| error.to_string());
    assert_eq!(message(b""), None);
    for bytes in [
        &b"apiVersion: v2\n"[..],
        b"\0\0\0 \x01\x01\0\x02KBXf\0\0",
        b"\x1f\x8b",
    ] {
        let expected = "openpgp: invalid data: tag byte does not have MSB set";
        assert_eq!(message(bytes).as_deref(), Some(expected), "{bytes:?}");
    }
    assert_eq!(
        message(b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n").as_deref(),
        Some("openpgp: invalid data: armor invalid")
    );
}

#[test]
fn nobody_signs_with_an_empty_keyring() {
    let now = std::time::SystemTime::UNIX_EPOCH;
    let error = verify(b"", "a.tgz", b"nothing", &Keyring::default(), now).unwrap_err();
    assert!(matches!(error, VerifyError::NoBlock));
    let error = Keyring::default().choose("a").unwrap().signer(now).err().unwrap();
    assert_eq!(error.to_string(), "private key not found");
}
