//! Arguments as they are shown, out of the one text that `Debug` makes of them.

use std::borrow::Cow;
use std::string::{String, ToString};
use std::vec::Vec;

use super::snapshot::Args;

impl Args {
    /// A tuple's values by position, a struct's fields by name, anything else as one value.
    ///
    /// A text that is no `Debug` text, or was cut, is one value too.
    ///
    /// ```
    /// use ringvisor::supervise::status::Args;
    ///
    /// assert_eq!(Args::of_debug("(2, \"a, b\")").positional, ["2", "\"a, b\""]);
    /// let args = Args::of_debug("Blink { led: 2, sleep: Some(5) }");
    /// assert_eq!(args.keyed[1], ("sleep".into(), "Some(5)".into()));
    /// ```
    #[must_use]
    pub fn of_debug(text: &str) -> Self {
        let of_struct = || fields(text).map(|keyed| Self { keyed, ..Self::default() });
        let of_tuple = || {
            let values = split(text.strip_prefix('(')?.strip_suffix(')')?)?;
            let positional = values.into_iter().map(ToString::to_string).collect();
            Some(Self { positional, ..Self::default() })
        };
        of_tuple().or_else(of_struct).unwrap_or_else(|| {
            let positional = Vec::from([text.to_string()]);
            Self { positional, ..Self::default() }
        })
    }
}

/// The fields of `Name { a: 1, b: 2 }`; `None` for anything else.
fn fields(text: &str) -> Option<Vec<(Cow<'static, str>, String)>> {
    let (name, inner) = text.strip_suffix(" }")?.split_once(" { ")?;
    let pair = |field: &str| {
        let (key, value) = field.split_once(": ")?;
        is_name(key).then(|| (key.to_string().into(), value.to_string()))
    };
    split(inner).filter(|_| is_name(name))?.into_iter().map(pair).collect()
}

fn is_name(text: &str) -> bool {
    let is_start = text.starts_with(|char: char| char.is_alphabetic() || char == '_');
    is_start && text.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// What stands between the commas that are in no bracket and no literal; `None` where brackets or
/// quotes do not match.
fn split(text: &str) -> Option<Vec<&str>> {
    let (mut values, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let at = text.len() - rest.len();
        rest = &rest[char.len_utf8()..];
        match char {
            '"' => rest = behind_string(rest)?,
            '\'' => rest = behind_char(rest),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                values.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    // A tuple of one value ends with a comma.
    let last = text[start..].trim();
    if !last.is_empty() {
        values.push(last);
    }
    (depth == 0).then_some(values)
}

/// What comes behind the end of a string.
fn behind_string(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some(chars.as_str()),
            '\\' => _ = chars.next()?,
            _ => {}
        }
    }
}

/// What comes behind the end of a character's literal; all of `text` where it begins with none, as
/// behind the quote of a lifetime.
fn behind_char(text: &str) -> &str {
    let mut chars = text.chars();
    let escaped = chars.next() == Some('\\') && chars.next().is_some();
    let behind = chars.as_str();
    let Some(at) = behind.find('\'') else { return text };
    // `'\u{1f600}'` is the longest.
    if at == 0 || escaped && at <= 8 { &behind[at + 1..] } else { text }
}
