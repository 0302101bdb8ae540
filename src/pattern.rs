//! Which lines a reader wants: text, a glob or a regular expression.
//!
//! | written | selects |
//! |---|---|
//! | `slow query` | lines that contain this text |
//! | `*took=??s*` | lines that fit as a whole: `*` is any text, `?` is one character, all else is literal |
//! | `/block=\d+/` | lines in which the regular expression between the slashes matches (`std` only) |
//!
//! There is no escape in a glob: [`Substring`] takes `*` and `?` literally, and so does a regular
//! expression with `\` before them. A text that merely starts with a slash, such as `/var/log`, is
//! text. Nothing is invalid but a broken regular expression, and that is an error which shows the
//! pattern and the place; no pattern turns silently into one that matches nothing.
//!
//! [`Glob`], [`Substring`] and [`Plain`] borrow their text and need neither `std` nor an
//! allocator. `Pattern` (feature `std`) owns and compiles it, knows regular expressions, letter
//! case, inversion and lists.

mod glob;
mod plain;

#[cfg(feature = "std")]
mod compiled;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
mod expression;
#[cfg(feature = "std")]
pub(crate) mod typo;

pub use glob::Glob;
pub use plain::{Plain, Substring};

#[cfg(feature = "std")]
pub use compiled::Pattern;
#[cfg(feature = "std")]
pub use error::PatternError;

#[cfg(all(test, feature = "std"))]
mod tests;
