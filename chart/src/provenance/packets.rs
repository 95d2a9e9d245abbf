//! Bytes into OpenPGP packets, armored or not.

use std::io::{self, ErrorKind, Read};

use pgp::armor::Dearmor;
use pgp::errors::Error;
use pgp::packet::{Packet, PacketParser};

use super::FormatError;

const ARMOR: &[u8] = b"-----BEGIN PGP ";

/// Whether bytes are in armor: text that begins with its first line.
pub(super) fn is_armored(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(ARMOR)
}

/// Takes the armor off: the bytes of every block, one after the other.
///
/// # Errors
/// When a block is not whole.
pub(super) fn dearmor(bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    let mut plain = Vec::new();
    let mut rest = bytes;
    while let Some(start) = find(rest, ARMOR) {
        let block = &rest[start..];
        let end = find(&block[ARMOR.len()..], ARMOR).map_or(block.len(), |next| next + ARMOR.len());
        Dearmor::new(&block[..end])
            .read_to_end(&mut plain)
            .map_err(|_| FormatError::Invalid("armor invalid"))?;
        rest = &block[end..];
    }
    Ok(plain)
}

/// Reads packets. What we do not know is passed over.
///
/// # Errors
/// When the bytes are no packets, or end within one.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Packet>, FormatError> {
    let mut packets = Vec::new();
    if bytes.first().is_some_and(|first| first & 0x80 == 0) {
        return Err(FormatError::Invalid("tag byte does not have MSB set"));
    }
    for packet in PacketParser::new(bytes) {
        match packet {
            Ok(packet) => packets.push(packet),
            Err(Error::PacketIncomplete { .. }) => return Err(FormatError::Truncated),
            Err(Error::IO { source, .. }) if !is_malformed(&source) => return Err(FormatError::Truncated),
            Err(Error::IO { .. }) => return Err(FormatError::Invalid("tag byte does not have MSB set")),
            Err(_) => {}
        }
    }
    Ok(packets)
}

/// Whether a packet's header is wrong; otherwise its body is too short.
fn is_malformed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData)
}

/// Where `part` begins in `bytes`.
pub(super) fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
