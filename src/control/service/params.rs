//! What stands behind the question mark.

use core::str::FromStr;
use std::string::String;
use std::vec::Vec;

use crate::control::api::{Code, Failure};

/// The most parameters that a request may have.
const MOST: usize = 64;

/// The parameters of a request. Each is taken out by whoever knows it; what is left in the end is a
/// mistake, and not ignored: a filter that is not understood would show too much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::control) struct Params {
    left: Vec<(String, String)>,
    /// All names that were asked for.
    known: Vec<&'static str>,
}

impl Params {
    /// Takes a query apart: `task=net%2F*&last=10`.
    pub(in crate::control) fn parse(query: &str) -> Result<Self, Failure> {
        let pieces = query.split('&').filter(|piece| !piece.is_empty());
        let pair = |piece: &str| {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            Ok((decoded(&key.replace('+', " "))?, decoded(&value.replace('+', " "))?))
        };
        let left: Vec<_> = pieces.take(MOST + 1).map(pair).collect::<Result<_, Failure>>()?;
        if left.len() > MOST {
            return Err(Failure::new(Code::BadRequest, "more than 64 parameters"));
        }
        Ok(Self { left, known: Vec::new() })
    }

    /// All values of that name.
    pub(in crate::control) fn all(&mut self, name: &'static str) -> Vec<String> {
        self.known.push(name);
        let mut values = Vec::new();
        self.left.retain_mut(|(key, value)| {
            let is_it = key == name;
            if is_it {
                values.push(core::mem::take(value));
            }
            !is_it
        });
        values
    }

    /// All values of that name, for who does not know it.
    pub(in crate::control) fn peek(&self, name: &str) -> Vec<&str> {
        let named = self.left.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| &**value).collect()
    }

    /// The last value of that name.
    pub(in crate::control) fn last(&mut self, name: &'static str) -> Option<String> {
        self.all(name).pop()
    }

    /// The same as something else than a text.
    pub(in crate::control) fn parsed<T: FromStr>(
        &mut self,
        name: &'static str,
    ) -> Result<Option<T>, Failure> {
        let Some(text) = self.last(name) else { return Ok(None) };
        let wrong =
            |_| Failure::new(Code::BadRequest, std::format!("{name}={text} is no such value"));
        text.parse().map(Some).map_err(wrong)
    }

    /// Whether a switch is on: `utc`, `utc=1`, `utc=true`.
    pub(in crate::control) fn flag(&mut self, name: &'static str) -> Result<bool, Failure> {
        match self.last(name).as_deref() {
            None | Some("0" | "false") => Ok(false),
            Some("" | "1" | "true") => Ok(true),
            Some(other) => {
                let text = std::format!("{name}={other}: a switch is 1 or 0");
                Err(Failure::new(Code::BadRequest, text))
            }
        }
    }

    /// Says that nothing else is known.
    pub(in crate::control) fn finish(self) -> Result<(), Failure> {
        let Some((key, _)) = self.left.first() else { return Ok(()) };
        let known = self.known.join(", ");
        let text = std::format!("there is no parameter {key:?} here; known are {known}");
        Err(Failure::new(Code::BadRequest, text))
    }
}

/// The text that `%2F` and the like stand for.
pub(in crate::control) fn decoded(text: &str) -> Result<String, Failure> {
    let wrong = || Failure::new(Code::BadRequest, std::format!("{text:?} is not well encoded"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || (rest.next()? as char).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(wrong()) };
        bytes.push((high << 4 | low) as u8);
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

/// The same the other way round, for everything but letters, digits and `-._~*`.
pub(in crate::control) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~*".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&std::format!("%{byte:02X}"));
        }
    }
    encoded
}
