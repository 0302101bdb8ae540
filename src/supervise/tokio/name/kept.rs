//! A name as it is kept with its task.

use core::fmt;
use core::ops::Deref;
use std::boxed::Box;

use arrayvec::ArrayString;

/// The longest name in bytes that needs no allocation: one for which the whole is no larger than it
/// would have to be anyway.
const SHORT: usize = 24;

/// See the module. Most names are short, and most of what is spent on a short task are allocations.
#[derive(Clone)]
pub(in super::super) enum Name {
    Short(ArrayString<SHORT>),
    Long(Box<str>),
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        ArrayString::from(name).map_or_else(|_| Self::Long(name.into()), Self::Short)
    }
}

impl Deref for Name {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        match self {
            Self::Short(name) => name,
            Self::Long(name) => name,
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests;
