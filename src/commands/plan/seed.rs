//! `Seed`: what chance and the time are for the templates of a plan, so that whoever carries it out sends what was shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use templates::Clock;

use crate::random;
use crate::zone;

/// Where the random numbers of a plan come from, and at which moment its templates are rendered.
///
/// Who knows it knows the passwords that the templates make up: it is only kept sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seed {
    /// 256 bits from the operating system's generator, in base64: nobody guesses them sooner than what is made of them.
    text: String,
    /// Seconds since 1970.
    moment: i64,
}

impl Seed {
    /// A new one, for this moment.
    pub(crate) fn random() -> Self {
        Seed {
            text: STANDARD.encode(random::bytes::<32>()),
            moment: jiff::Timestamp::now().as_second(),
        }
    }

    /// The clock that templates are rendered with.
    pub(crate) fn clock(&self) -> Clock {
        Clock::with_zone(zone::local).seeded(&self.text, self.moment)
    }
}
