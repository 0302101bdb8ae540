//! Arguments by their names, and how a text becomes one: what an operator types.

use core::fmt::{self, Debug};
use core::time::Duration;
use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec::Vec;

/// How many characters of a value are shown where it is changed.
const SHOWN: usize = 200;

/// A value that somebody can type.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::supervise::Arg;
///
/// assert_eq!(u8::parse("7"), Some(7));
/// assert_eq!(u8::parse("700"), None);
/// assert_eq!(Duration::parse("250ms"), Some(Duration::from_millis(250)));
/// ```
pub trait Arg: Sized + Debug + Send + 'static {
    /// What it is, as a noun: `u8`, `text`.
    const KIND: &'static str;

    /// Whether it can be left out where it comes last.
    const IS_OPTIONAL: bool = false;

    /// The value that a text stands for.
    fn parse(text: &str) -> Option<Self>;

    /// The value where nothing is given; `None` where something has to be.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

macro_rules! of_std {
    ($($type:ident $kind:literal),*) => {$(
        impl Arg for $type {
            const KIND: &'static str = $kind;

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

of_std! {
    u8 "u8", u16 "u16", u32 "u32", u64 "u64", u128 "u128", usize "usize",
    i8 "i8", i16 "i16", i32 "i32", i64 "i64", i128 "i128", isize "isize",
    f32 "number", f64 "number", char "character", String "text"
}

impl Arg for bool {
    const KIND: &'static str = "true or false";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

/// `250ms`, `90s`, `10m`, `2h`, `3d`; a bare number is seconds.
impl Arg for Duration {
    const KIND: &'static str = "time such as 250ms, 90s, 10m or 2h";

    fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().ok()?;
        let seconds = match unit.trim() {
            "ms" => return Some(Self::from_millis(number)),
            "" | "s" | "sec" => 1,
            "m" | "min" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return None,
        };
        number.checked_mul(seconds).map(Self::from_secs)
    }
}

/// Nothing stands for `None`.
impl<T: Arg> Arg for Option<T> {
    const KIND: &'static str = T::KIND;
    const IS_OPTIONAL: bool = true;

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::parse(text).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// A place for an [`Arg`] whose type is not known here.
pub trait Setting {
    /// What belongs there: [`Arg::KIND`].
    fn kind(&self) -> &'static str;

    /// What is there, as `Debug` shows it, cut where that is long.
    fn show(&self) -> String;

    /// Puts there what the text stands for; tells whether it stands for anything.
    fn set(&mut self, text: &str) -> bool;
}

impl<T: Arg> Setting for T {
    fn kind(&self) -> &'static str {
        T::KIND
    }

    fn show(&self) -> String {
        format!("{self:?}").chars().take(SHOWN).collect()
    }

    fn set(&mut self, text: &str) -> bool {
        T::parse(text).map(|value| *self = value).is_some()
    }
}

/// Arguments of a task that an operator can change one by one, by name.
///
/// Tuples are, with `0`, `1` and so on for names. A struct says which of its fields are:
///
/// ```
/// use ringvisor::supervise::{Settable, Setting};
///
/// #[derive(Clone, Debug)]
/// struct Blink {
///     led: u8,
///     pause_ms: u64,
/// }
///
/// impl Settable for Blink {
///     fn settings(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Setting)) {
///         visit("led", &mut self.led);
///         visit("pause_ms", &mut self.pause_ms);
///     }
/// }
/// ```
pub trait Settable: Clone + Debug + Send + 'static {
    /// Calls `visit` with the name and the place of each argument.
    fn settings(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Setting));
}

macro_rules! of_tuples {
    ($($(($name:ident $at:tt))*;)*) => {$(
        impl<$($name: Arg + Clone),*> Settable for ($($name,)*) {
            fn settings(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Setting)) {
                $(visit(stringify!($at), &mut self.$at);)*
            }
        }
    )*};
}

of_tuples! {
    (A 0);
    (A 0) (B 1);
    (A 0) (B 1) (C 2);
    (A 0) (B 1) (C 2) (D 3);
    (A 0) (B 1) (C 2) (D 3) (E 4);
    (A 0) (B 1) (C 2) (D 3) (E 4) (F 5);
}

/// An argument that was changed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArgChange {
    /// Its name.
    pub key: String,
    /// What it was.
    pub from: String,
    /// What it is from the next run on.
    pub to: String,
}

/// Why an argument was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgError {
    /// The task's arguments cannot be changed by name.
    Fixed,
    /// It has none of that name.
    Unknown {
        /// What was looked for.
        key: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// The text is no such value.
    Wrong {
        /// Which argument.
        key: String,
        /// What belongs there.
        kind: &'static str,
        /// What was given instead.
        text: String,
    },
    /// The program's code for these arguments panicked.
    Panicked,
}

impl fmt::Display for ArgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed => f.write_str(
                "its arguments cannot be changed by name; a task that is described by \
                 Supervisor::task_settable has such",
            ),
            Self::Unknown { key, known } => {
                write!(f, "there is no argument {key:?}; there is {}", known.join(", "))
            }
            Self::Wrong { key, kind, text } => write!(f, "{key} is a {kind}, not {text:?}"),
            Self::Panicked => f.write_str("the program's code for these arguments panicked"),
        }
    }
}

impl core::error::Error for ArgError {}

/// Changes arguments one after the other, up to the first that cannot be.
pub(super) fn apply<A: Settable>(
    args: &mut A,
    changes: &[(&str, &str)],
) -> Result<Vec<ArgChange>, ArgError> {
    changes.iter().map(|(key, text)| change(args, key, text)).collect()
}

fn change<A: Settable>(args: &mut A, key: &str, text: &str) -> Result<ArgChange, ArgError> {
    let (mut done, mut known) = (None, Vec::new());
    args.settings(&mut |name, slot| {
        known.push(name.to_owned());
        if name != key || done.is_some() {
            return;
        }
        let from = slot.show();
        done = Some(if slot.set(text) {
            Ok(ArgChange { key: key.to_owned(), from, to: slot.show() })
        } else {
            let (key, text) = (key.to_owned(), text.to_owned());
            Err(ArgError::Wrong { key, kind: slot.kind(), text })
        });
    });
    done.unwrap_or_else(|| Err(ArgError::Unknown { key: key.to_owned(), known }))
}

#[cfg(test)]
mod tests;
