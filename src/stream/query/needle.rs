//! Deciding from a record's bytes that its line cannot match, which is what makes `grep` fast.
//!
//! A pattern often needs some literal text, the *needle*, in the line. A line is
//! `time [name] [LEVEL] ` and then what the record holds. So the needle
//!
//! * reaches into the beginning: the beginning's text is known but for the digits of the time, so
//!   at how many of the needle's bytes it ends is known before any record is seen; or
//! * lies in what the record holds. Text of a record stands in the line byte by byte, control
//!   characters aside, which become `\n` or `\x1b`. So a needle without `\` lies in one stretch of
//!   plain text, but for a first few bytes that may be the end of such an escape (`n`, `1b`).
//!
//! A record that holds nothing but a message is searched for the whole needle. Of other records a
//! line shows numbers, names and signs between them; there a *word* of the needle is searched, a
//! run of letters, digits and `_`, which never stands across two parts, and which holds a letter
//! that no number has.

use std::string::String;
use std::vec::Vec;

use memchr::memmem::{self, Finder};

use crate::record::{Level, Names, Outline, Peek, Record, Text, Time, Zone};
use crate::stream::name::Name;

/// A text that every line that matches holds.
#[derive(Debug)]
pub(super) struct Needle {
    /// What of the needle is plain text if it lies in a message.
    in_message: Option<Finder<'static>>,
    /// What of the needle is plain text of one part if it lies in a record of several.
    in_parts: Option<Finder<'static>>,
    /// How it meets the beginning of a line, for each level.
    begins: [Begin; 5],
}

/// How a needle and the beginning of a line meet.
#[derive(Debug, Default)]
struct Begin {
    /// It may lie in the beginning as a whole.
    holds_all: bool,
    /// First bytes of what is left of it where the beginning ends with its first part.
    rests: Vec<u8>,
}

impl Needle {
    pub(super) fn new(needle: &[u8], name: Name) -> Self {
        let finder = |text: &[u8]| Finder::new(text).into_owned();
        Self {
            in_message: plain_in_message(needle).map(finder),
            in_parts: plain_in_parts(needle).map(finder),
            begins: Level::ALL.map(|level| Begin::of(needle, level, name)),
        }
    }

    /// Whether the line of the record may hold it. Only `false` is certain.
    #[inline]
    pub(super) fn may_be_in(&self, head: &Peek, bytes: &[u8], names: &impl Names) -> bool {
        let begin = &self.begins[head.level as usize - 1];
        // Signs that something is missing stand in the line and not in the record.
        if begin.holds_all || head.flags.truncated() || head.flags.is_piece() {
            return true;
        }
        let outline = Outline::of(bytes);
        let wanted = if outline.has_parts { &self.in_parts } else { &self.in_message };
        let Some(text) = wanted else { return true };
        if let (false, Some(message)) = (outline.has_parts, outline.message) {
            return begin.goes_on(message) || text.find(message).is_some();
        }
        let in_entry =
            |id| id != 0 && names.bytes(id).is_none_or(|entry| text.find(entry).is_some());
        !begin.rests.is_empty()
            || text.find(bytes).is_some()
            || in_entry(head.site)
            || in_entry(outline.task_name)
    }
}

impl Begin {
    fn of(needle: &[u8], level: Level, name: Name) -> Self {
        let mut begin = Self::default();
        for sample in samples(level, name) {
            for at in 0..sample.len() {
                let met = needle.len().min(sample.len() - at);
                let is_met =
                    needle[..met].iter().zip(&sample[at..]).all(|(have, class)| class.has(*have));
                match needle.get(met) {
                    _ if !is_met => {}
                    None => begin.holds_all = true,
                    Some(rest) => begin.rests.push(*rest),
                }
            }
        }
        begin.rests.sort_unstable();
        begin.rests.dedup();
        begin
    }

    /// Whether a message may begin with what is left of the needle.
    #[inline]
    fn goes_on(&self, message: &[u8]) -> bool {
        let Some(first) = message.first() else { return false };
        // A control character is shown as another one.
        self.rests.iter().any(|rest| rest == first || *rest == b'\\')
    }
}

/// What may stand at one place of the beginning of a line.
#[derive(Clone, Copy, Debug)]
enum Class {
    Byte(u8),
    /// A digit, or a blank before digits.
    Digit,
}

impl Class {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Byte(it) => it == byte,
            Self::Digit => byte.is_ascii_digit() || byte == b' ',
        }
    }
}

/// The beginnings that lines of `level` have: with a date, and with the seconds since the start,
/// of which 64 bits of nanoseconds make 5 to 11 digits.
fn samples(level: Level, name: Name) -> Vec<Vec<Class>> {
    const SECOND_NS: u64 = 1_000_000_000;
    let dated = Time { wall_ns: SECOND_NS as i64, mono_ns: 0 };
    let undated = (5..=11).map(|digits| Time { wall_ns: 0, mono_ns: 10u64.pow(digits - 1) });
    let seconds =
        undated.map(|time| Time { mono_ns: time.mono_ns.saturating_mul(SECOND_NS), ..time });
    core::iter::once(dated).chain(seconds).map(|time| sample(level, name, time)).collect()
}

fn sample(level: Level, name: Name, time: Time) -> Vec<Class> {
    let record = Record { time, ..Record::new(level, "", "") };
    let mut line = String::new();
    // Writing to a string does not fail.
    let _ = Text::new(name).zone(Zone::Utc).render(&record, &mut line);
    let end_of_time = if time.wall_ns == 0 { line.find(']') } else { line.find(" [") };
    let class = |(at, byte): (usize, u8)| match byte {
        b' ' | b'0'..=b'9' if Some(at) < end_of_time => Class::Digit,
        _ => Class::Byte(byte),
    };
    // Between the beginning and what the record holds stands a blank.
    line.bytes().chain([b' ']).enumerate().map(class).collect()
}

/// What of a needle stands as it is in a message that holds it.
fn plain_in_message(needle: &[u8]) -> Option<&[u8]> {
    if needle.contains(&b'\\') {
        return None;
    }
    let plain = &needle[end_of_escape(needle)..];
    (!plain.is_empty()).then_some(plain)
}

/// The longest word of a needle that no number can hold, without what may be the end of an escape.
fn plain_in_parts(needle: &[u8]) -> Option<&[u8]> {
    let words = needle.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let words = words.map(|word| &word[end_of_escape(word)..]);
    words.filter(|word| word.iter().any(|byte| !is_of_number(*byte))).max_by_key(|word| word.len())
}

/// The escapes of more than two digits, all of characters that turn the direction of writing.
const TURNS: [&str; 12] =
    ["61c", "200e", "200f", "202a", "202b", "202c", "202d", "202e", "2066", "2067", "2068", "2069"];

/// How many of the first bytes may be the end, or the middle, of an escape: `\n`, `\x1b`, `\u{202e}`.
fn end_of_escape(text: &[u8]) -> usize {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count()
    };
    let closed = |from: usize| {
        let end = from + digits(from);
        let is_in = |code: &&str| memmem::find(code.as_bytes(), &text[from..end]).is_some();
        let may_be_long = end <= from + 2 || TURNS.iter().any(is_in);
        match text.get(end) {
            Some(b'}') if may_be_long => end + 1,
            None if may_be_long => end,
            _ => end.min(from + 2),
        }
    };
    match text {
        [b'n' | b'r' | b't', ..] => 1,
        [b'x', ..] => 1 + digits(1).min(2),
        [b'u'] => 1,
        [b'u', b'{', ..] => closed(2),
        [b'{', ..] => closed(1),
        _ => closed(0),
    }
}

/// Whether it stands in numbers, truth values, or in the name of an escape.
fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || b"Nilnrstux".contains(&byte)
}
