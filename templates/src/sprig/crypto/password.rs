//! Passwords: derived, hashed, for `.htpasswd`.

use super::super::entropy::Entropy;
use super::super::{Clock, Table};
use crate::gotmpl::{FromArg, Text, Type, UintKind, Value, function};
use bcrypt::Version;
use hmac::{Hmac, Mac as _};
use rand::RngCore as _;
use scrypt::Params;
use sha2::Sha256;

/// The functions of this file.
pub(super) fn table(clock: &Clock) -> Table {
    let (plain, with_user) = (clock.entropy().clone(), clock.entropy().clone());
    vec![
        (
            "bcrypt",
            function(move |password: Text| bcrypt_hash(&plain, &password)),
        ),
        (
            "htpasswd",
            function(move |user: String, password: Text| htpasswd(&with_user, &user, &password)),
        ),
        ("derivePassword", function(derive_password)),
    ]
}

/// Hashes with Go's default cost and in its notation; what goes wrong comes out as the text.
fn bcrypt_hash(entropy: &Entropy, password: &[u8]) -> String {
    const COST: u32 = 10;
    const LONGEST: usize = 72;
    let failed = |message: &dyn std::fmt::Display| format!("failed to encrypt string with bcrypt: {message}");
    if password.len() > LONGEST {
        return failed(&"bcrypt: password length exceeds 72 bytes");
    }
    let mut salt = [0; 16];
    entropy.generator().fill_bytes(&mut salt);
    match bcrypt::hash_with_salt(password, COST, salt) {
        Ok(parts) => parts.format_for_version(Version::TwoA),
        Err(error) => failed(&error),
    }
}

fn htpasswd(entropy: &Entropy, user: &str, password: &[u8]) -> String {
    if user.contains(':') {
        return format!("invalid username: {user}");
    }
    format!("{user}:{}", bcrypt_hash(entropy, password))
}

/// Go's `uint32`, which the executor takes from a constant that is not negative.
struct Counter(u32);

impl FromArg for Counter {
    const TYPE: Type = Type::Uint(UintKind::Uint32);

    fn from_arg(value: Value) -> Result<Self, String> {
        match value {
            Value::Uint(number, _) => Ok(Self(number as u32)),
            other => Err(format!(
                "wrong type for value; expected uint32; got {}",
                other.type_name()
            )),
        }
    }
}

const SEED: &[u8] = b"com.lyndir.masterpassword";

/// Returns the shapes of passwords of a kind: each letter stands for a class of characters.
fn templates_of(kind: &[u8]) -> Option<&'static [&'static str]> {
    Some(match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

fn characters_of(class: u8) -> &'static [u8] {
    match class {
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// Derives a password for a site from a master password, by the Master Password algorithm.
fn derive_password(counter: Counter, kind: Text, password: Text, user: Text, site: Text) -> String {
    let Some(templates) = templates_of(&kind) else {
        return format!("cannot find password template {kind}");
    };
    let length = |text: &Text| (text.len() as u32).to_be_bytes();
    let salt = [SEED, &length(&user), &user].concat();
    let parameters = Params::new(15, 8, 2, 64).expect("these are legal parameters");
    let mut key = [0; 64];
    scrypt::scrypt(&password, &salt, &parameters, &mut key).expect("the key has a legal length");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length is legal");
    mac.update(&[SEED, &length(&site), &site, &counter.0.to_be_bytes()].concat());
    let seed = mac.finalize().into_bytes();
    let template = templates[usize::from(seed[0]) % templates.len()];
    let characters = template.bytes().zip(&seed[1..]).map(|(class, byte)| {
        let characters = characters_of(class);
        char::from(characters[usize::from(*byte) % characters.len()])
    });
    characters.collect()
}
