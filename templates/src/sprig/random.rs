//! Random texts, from the operating system's generator.

use super::Table;
use crate::gotmpl::{Text, function};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::Rng as _;
use rand::rngs::OsRng;
use rand::seq::SliceRandom as _;

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        (
            "randAlphaNum",
            function(|count: i64| random(count, |byte| byte.is_ascii_alphanumeric())),
        ),
        (
            "randAlpha",
            function(|count: i64| random(count, |byte| byte.is_ascii_alphabetic())),
        ),
        (
            "randNumeric",
            function(|count: i64| random(count, |byte| byte.is_ascii_digit())),
        ),
        (
            "randAscii",
            function(|count: i64| random(count, |byte| matches!(byte, b' '..=b'~'))),
        ),
        ("randBytes", function(rand_bytes)),
        ("shuffle", function(shuffle)),
    ]
}

/// Longer texts than this are refused as Go refuses lengths that no memory has.
const LIMIT: i64 = 1 << 30;

/// Draws characters of a kind; a negative count gives nothing.
fn random(count: i64, is_wanted: fn(&u8) -> bool) -> Result<Text, String> {
    if count > LIMIT {
        return Err("runtime error: makeslice: len out of range".into());
    }
    let alphabet: Vec<u8> = (0..=127).filter(is_wanted).collect();
    let mut generator = rand::thread_rng();
    let characters = (0..count).map(|_| alphabet[generator.gen_range(0..alphabet.len())]);
    Ok(characters.collect::<Vec<u8>>().into())
}

fn rand_bytes(count: i64) -> Result<Text, String> {
    let size = usize::try_from(count).ok().filter(|_| count <= LIMIT);
    let size = size.ok_or("runtime error: makeslice: len out of range")?;
    let mut bytes = vec![0; size];
    rand::RngCore::fill_bytes(&mut OsRng, &mut bytes);
    Ok(STANDARD.encode(bytes).into())
}

fn shuffle(text: Text) -> Text {
    let mut runes: Vec<char> = super::to_utf8(&text).chars().collect();
    runes.shuffle(&mut rand::thread_rng());
    runes.into_iter().collect::<String>().into()
}
