//! Cryptography: sprig's chapter "Cryptographic and Security Functions".

mod aes;
mod authority;
mod certificate;
mod der;
mod dsa;
mod hashes;
mod keys;
mod password;
mod pem;
mod primes;

use super::{Clock, Table};

/// The functions of this chapter; `clock` says from when certificates are valid.
pub(super) fn table(clock: &Clock) -> Table {
    [
        hashes::table(),
        password::table(clock),
        aes::table(clock),
        keys::table(clock),
        authority::table(clock),
    ]
    .into_iter()
    .flatten()
    .collect()
}
