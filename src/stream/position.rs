//! A place in a stream, as text that can be kept.

use core::fmt;
use core::str::FromStr;

use arrayvec::ArrayVec;

/// The most shards a stream has.
const SHARDS_MAX: usize = 64;

/// Where a reader is: which run of which stream, and the number of its next record in each shard.
///
/// Its text form is opaque: hand it back to continue exactly there, or to learn how many records
/// were lost meanwhile.
///
/// ```
/// use ringvisor::stream::{Config, Position};
///
/// let stream = Config::new().build()?;
/// let text = stream.cursor().position().to_string();
/// let position: Position = text.parse()?;
/// assert_eq!(position.to_string(), text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub(super) boot: u64,
    pub(super) next: ArrayVec<u64, SHARDS_MAX>,
}

impl Position {
    /// How many records lie before it, of all shards together.
    #[cfg(feature = "std")]
    pub(crate) fn records(&self) -> u64 {
        self.next.iter().sum()
    }

    /// The number of the next record in each shard.
    #[cfg(feature = "std")]
    pub(crate) fn numbers(&self) -> &[u64] {
        &self.next
    }

    /// Whether a reader here has everything behind it that a reader at `other` has.
    #[cfg(feature = "std")]
    pub(crate) fn has_reached(&self, other: &Self) -> bool {
        self.next.iter().zip(&other.next).all(|(here, there)| here >= there)
    }
}

/// A text that is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsePositionError;

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.boot)?;
        self.next.iter().try_for_each(|next| write!(f, ".{next:x}"))
    }
}

impl FromStr for Position {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, ParsePositionError> {
        let number = |digits| u64::from_str_radix(digits, 16).map_err(|_| ParsePositionError);
        let mut parts = text.split('.');
        let boot = number(parts.next().unwrap_or_default())?;
        let mut next = ArrayVec::new();
        for part in parts {
            next.try_push(number(part)?).map_err(|_| ParsePositionError)?;
        }
        if next.is_empty() { Err(ParsePositionError) } else { Ok(Self { boot, next }) }
    }
}

impl fmt::Display for ParsePositionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a position; take one that a cursor gave")
    }
}

impl core::error::Error for ParsePositionError {}
