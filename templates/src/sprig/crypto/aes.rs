//! Encryption: AES-256 in CBC mode.

use super::super::encoding::base64_decode;
use super::super::entropy::Entropy;
use super::super::{Clock, Table};
use crate::gotmpl::{Text, function};
use aes::Aes256;
use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore as _;

const BLOCK: usize = 16;

/// The functions of this file.
pub(super) fn table(clock: &Clock) -> Table {
    let entropy = clock.entropy().clone();
    let encrypt = move |password: Text, text: Text| encrypt(&entropy, password, text);
    vec![
        ("encryptAES", function(encrypt)),
        ("decryptAES", function(decrypt)),
    ]
}

/// Makes a key: the first 32 bytes of the password, or zeros behind it.
fn key_of(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    let length = password.len().min(key.len());
    key[..length].copy_from_slice(&password[..length]);
    key
}

fn encrypt(entropy: &Entropy, password: Text, text: Text) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut vector = [0; BLOCK];
    entropy.generator().fill_bytes(&mut vector);
    let encryptor = cbc::Encryptor::<Aes256>::new(&key_of(&password).into(), &vector.into());
    let encrypted = encryptor.encrypt_padded_vec_mut::<Pkcs7>(&text);
    STANDARD.encode([&vector[..], &encrypted].concat())
}

/// Decrypts without a look at the padding but its last byte, as sprig does; what panics there fails here alike.
fn decrypt(password: Text, text: Text) -> Result<Text, String> {
    if text.is_empty() {
        return Ok(Text::default());
    }
    let encrypted = base64_decode(&text)?;
    let Some((vector, blocks)) = encrypted.split_at_checked(BLOCK) else {
        let capacity = text.len() / 4 * 3;
        return Err(format!(
            "runtime error: slice bounds out of range [:{BLOCK}] with capacity {capacity}"
        ));
    };
    let vector: [u8; BLOCK] = vector.try_into().expect("it was split at this length");
    let decryptor = cbc::Decryptor::<Aes256>::new(&key_of(&password).into(), &vector.into());
    let decrypted = decryptor
        .decrypt_padded_vec_mut::<NoPadding>(blocks)
        .map_err(|_| "crypto/cipher: input not full blocks")?;
    let padding = decrypted.last().ok_or("runtime error: index out of range [-1]")?;
    let length = decrypted.len() as i64 - i64::from(*padding);
    let length = usize::try_from(length)
        .map_err(|_| format!("runtime error: slice bounds out of range [:{length}]"))?;
    Ok(decrypted[..length].into())
}
