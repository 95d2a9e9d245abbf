//! Random texts.

use super::entropy::Entropy;
use super::{Clock, Table};
use crate::gotmpl::{Text, function};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, RngCore as _};

/// Says which characters are wanted.
type Kind = fn(&u8) -> bool;

/// The functions of this file.
pub(super) fn table(clock: &Clock) -> Table {
    let entropy = clock.entropy();
    let (bytes, shuffled) = (entropy.clone(), entropy.clone());
    let kinds: [(&str, Kind); 4] = [
        ("randAlphaNum", u8::is_ascii_alphanumeric),
        ("randAlpha", u8::is_ascii_alphabetic),
        ("randNumeric", u8::is_ascii_digit),
        ("randAscii", |byte| matches!(byte, b' '..=b'~')),
    ];
    let texts = kinds.map(|(name, is_wanted)| {
        let entropy = entropy.clone();
        (
            name,
            function(move |count: i64| random(&entropy, count, is_wanted)),
        )
    });
    let mut table = Table::from(texts);
    table.push(("randBytes", function(move |count: i64| rand_bytes(&bytes, count))));
    table.push(("shuffle", function(move |text: Text| shuffle(&shuffled, text))));
    table
}

/// Longer texts than this are refused as Go refuses lengths that no memory has.
const LIMIT: i64 = 1 << 30;

/// Draws characters of a kind; a negative count gives nothing.
fn random(entropy: &Entropy, count: i64, is_wanted: Kind) -> Result<Text, String> {
    if count > LIMIT {
        return Err("runtime error: makeslice: len out of range".into());
    }
    let alphabet: Vec<u8> = (0..=127).filter(is_wanted).collect();
    let mut generator = entropy.generator();
    let characters = (0..count).map(|_| alphabet[generator.gen_range(0..alphabet.len())]);
    Ok(characters.collect::<Vec<u8>>().into())
}

fn rand_bytes(entropy: &Entropy, count: i64) -> Result<Text, String> {
    let size = usize::try_from(count).ok().filter(|_| count <= LIMIT);
    let size = size.ok_or("runtime error: makeslice: len out of range")?;
    let mut bytes = vec![0; size];
    entropy.generator().fill_bytes(&mut bytes);
    Ok(STANDARD.encode(bytes).into())
}

fn shuffle(entropy: &Entropy, text: Text) -> Text {
    let mut runes: Vec<char> = super::to_utf8(&text).chars().collect();
    runes.shuffle(&mut entropy.generator());
    runes.into_iter().collect::<String>().into()
}
