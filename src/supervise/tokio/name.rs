//! Names of tasks: what is one, and which known ones come near to an unknown one.

mod kept;

use core::fmt;
use std::borrow::{Cow, ToOwned};
use std::string::String;
use std::vec::Vec;

use crate::pattern::typo;

pub(super) use kept::Name;

/// The longest name in bytes.
pub const MAX_NAME: usize = 200;

/// How many names an error about an unknown one suggests.
const SUGGESTIONS: usize = 3;

/// Why a text cannot be the name of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// It is empty, or a part of it between two slashes is.
    Empty,
    /// It is longer than [`MAX_NAME`] bytes.
    TooLong,
    /// It contains a character that would disturb a terminal, or one that selects tasks.
    Character(char),
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty, or has an empty part; give it letters"),
            Self::TooLong => write!(f, "it is longer than {MAX_NAME} bytes; shorten it"),
            Self::Character(found) => write!(f, "it contains {found:?}; leave that out"),
        }
    }
}

impl core::error::Error for NameError {}

/// Whether `name` may be the name of a task: parts between slashes, none empty, without control
/// characters and without those that [`Select`](super::Select) gives a meaning.
pub(super) fn check(name: &str) -> Result<(), NameError> {
    if is_plain(name.as_bytes()) && name.len() <= MAX_NAME { Ok(()) } else { check_each(name) }
}

fn check_each(name: &str) -> Result<(), NameError> {
    if name.split('/').any(str::is_empty) {
        return Err(NameError::Empty);
    }
    if name.len() > MAX_NAME {
        return Err(NameError::TooLong);
    }
    name.chars().find(|c| disturbs(*c)).map_or(Ok(()), |found| Err(NameError::Character(found)))
}

/// Whether a name of any length is one without doubt, as nearly all are: visible ASCII with slashes
/// between. A spawn costs 20 ns less for it.
fn is_plain(name: &[u8]) -> bool {
    let mut before = b'/';
    for byte in name {
        let fits = match byte {
            b'/' => before != b'/',
            b'*' | b'?' | b'[' | b']' => false,
            byte => matches!(byte, b' '..=b'~'),
        };
        if !fits {
            return false;
        }
        before = *byte;
    }
    before != b'/'
}

/// The name that comes nearest to `text`.
pub(super) fn like(text: &str) -> Cow<'_, str> {
    if check(text).is_ok() {
        return Cow::Borrowed(text);
    }
    let parts = text.split('/').filter(|part| !part.is_empty());
    let mut name = String::new();
    for part in parts {
        let slash = if name.is_empty() { "" } else { "/" };
        let clean = part.chars().map(|c| if disturbs(c) { '_' } else { c });
        for c in slash.chars().chain(clean) {
            if name.len() + c.len_utf8() <= MAX_NAME {
                name.push(c);
            }
        }
    }
    let name = name.trim_end_matches('/');
    Cow::Owned(if name.is_empty() { "_".to_owned() } else { name.to_owned() })
}

fn disturbs(c: char) -> bool {
    c.is_control() || matches!(c, '*' | '?' | '[' | ']') || is_bidi(c)
}

/// Whether a terminal may turn the direction of text at this character.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The names that come nearest to `wanted`, best first; none that is quite another one.
pub(super) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let nearest = typo::nearest(wanted, names, SUGGESTIONS);
    nearest.into_iter().map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests;
