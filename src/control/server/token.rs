//! What has to be shown over TCP, where the system does not say who asks.

use core::fmt::{self, Write};
use std::fs::File;
use std::io::{self, Read};
use std::string::String;

/// 128 random bits in hexadecimal digits.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    pub(super) fn random() -> io::Result<Self> {
        let mut bytes = [0_u8; 16];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        let mut text = String::with_capacity(32);
        // Writing to a string does not fail.
        bytes.iter().for_each(|byte| _ = write!(text, "{byte:02x}"));
        Ok(Self(text))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `shown` is it; how long that takes does not tell how much of it is right.
    pub(super) fn is(&self, shown: &str) -> bool {
        let differ = |(a, b): (u8, u8)| a ^ b;
        let bits = self.0.bytes().zip(shown.bytes()).map(differ).fold(0, |all, bits| all | bits);
        shown.len() == self.0.len() && bits == 0
    }
}

/// A token does not belong into a log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
