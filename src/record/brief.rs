//! The short form of a record, for boards: a level, a task, a time and a text.

use core::fmt::{self, Write};

use arrayvec::ArrayString;

use super::decode::{DecodeError, Part, Reason};
use super::encode::floor;
use super::format::{Flags, Peek};
use super::render::digits::pair;
use super::value::text;
use super::{Level, Record, Task, TaskId, Time};

/// Length of the header in bytes.
const HEADER_LEN: usize = 8;

/// Marks the first byte; no level has it.
const BRIEF: u8 = 0x80;
/// In the first byte: something was cut.
const TRUNCATED: u8 = 0x20;
/// The part of the first byte that is the level.
const LEVEL: u8 = 0x07;

/// A brief record on its way into a ring: a header of 8 bytes as one number, and the text, which is
/// cut where it does not fit.
///
/// Of the ticks 48 bits are kept: 8.9 years of microseconds, or 32 days of a counter of 100 MHz. A
/// reader that knows what time it is tells one round from the next.
///
/// ```
/// use ringvisor::record::{Brief, Level, NoNames, decode};
///
/// let mut brief = Brief::new(Brief::LEN_MAX);
/// brief.message(format_args!("LED {} toggled", 2));
/// let mut bytes = brief.head(Level::Info, 3, 7).to_le_bytes().to_vec();
/// bytes.extend(brief.text().bytes());
/// let record = decode(&bytes, &NoNames)?;
/// assert_eq!((record.level, record.ticks, record.message), (Level::Info, 7, "LED 2 toggled"));
/// assert_eq!(record.task.map(|task| task.id.0), Some(3));
/// # Ok::<(), ringvisor::record::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Brief {
    text: ArrayString<{ Self::LEN_MAX - HEADER_LEN }>,
    limit: usize,
    truncated: bool,
}

impl Brief {
    /// The longest brief record in bytes.
    pub const LEN_MAX: usize = 128;

    /// How many bits of the ticks are kept.
    pub const TICK_BITS: u32 = 48;

    /// A record without text that takes at most `limit` bytes, and
    /// [`LEN_MAX`](Self::LEN_MAX); at least the header.
    #[inline]
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        let limit = if limit < Self::LEN_MAX { limit } else { Self::LEN_MAX };
        let limit = limit.saturating_sub(HEADER_LEN);
        Self { text: ArrayString::new_const(), limit, truncated: false }
    }

    /// Text alone, of at most `len` bytes.
    #[cfg(feature = "cortex-m")]
    pub(crate) const fn with_room(len: usize) -> Self {
        Self::new(HEADER_LEN + len)
    }

    /// Formats the text into the record.
    #[inline]
    pub fn message(&mut self, message: fmt::Arguments<'_>) {
        // An error is a cut, which is flagged, or a `Display` that gave up: what it wrote is kept.
        let _ = self.write_fmt(message);
    }

    /// Says that something was left out.
    #[inline]
    pub fn truncated(&mut self) {
        self.truncated = true;
    }

    /// Whether something was cut or left out.
    #[inline]
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The header of this record, which task number `task` wrote; 0 is none.
    #[inline]
    #[must_use]
    pub const fn head(&self, level: Level, task: u8, ticks: u64) -> u64 {
        self.flagged(Self::head_of(level, task as u32, ticks))
    }

    /// `head`, with what became of this text.
    #[inline]
    pub(crate) const fn flagged(&self, head: u64) -> u64 {
        if self.truncated { head | TRUNCATED as u64 } else { head }
    }

    /// The header of a record of which nothing is cut; `task` is below 256.
    #[inline]
    #[must_use]
    pub(crate) const fn head_of(level: Level, task: u32, ticks: u64) -> u64 {
        ticks << 16 | (task << 8) as u64 | (BRIEF | level as u8) as u64
    }

    /// The text.
    #[inline]
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    #[cold]
    fn cut(&mut self, text: &str) -> fmt::Result {
        let room = self.limit.saturating_sub(self.text.len());
        let _ = self.text.try_push_str(floor(text, room));
        self.limit = self.text.len();
        self.truncated = true;
        Err(fmt::Error)
    }
}

impl Write for Brief {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let fits = self.text.len() + text.len() <= self.limit;
        if fits && self.text.try_push_str(text).is_ok() {
            return Ok(());
        }
        self.cut(text)
    }
}

/// Whether `bytes` begin as a brief record does.
#[inline]
pub(super) fn is_brief(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| first & BRIEF != 0)
}

/// The header of a brief record; `None` where it is none.
pub(super) fn peek(bytes: &[u8]) -> Option<Peek> {
    let head = u64::from_le_bytes(*bytes.first_chunk()?);
    let first = head as u8;
    let level = Level::from_u8(first & LEVEL).filter(|_| is_brief(bytes))?;
    let flags = if first & TRUNCATED == 0 { 0 } else { Flags::TRUNCATED };
    Some(Peek { level, ticks: head >> 16, thread: 0, site: 0, flags: Flags(flags) })
}

/// The text of a brief record, unchecked.
pub(super) fn message(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(HEADER_LEN..).filter(|_| is_brief(bytes))
}

/// Reads one brief record. What is called after its task is the number of it: the names are in the
/// program that wrote it.
///
/// # Errors
///
/// When the bytes are none.
pub(crate) fn decode(bytes: &[u8]) -> Result<Record<'_>, DecodeError> {
    let [first, task, ..] = *bytes else { return Err(Part::Header.fails(0, Reason::Short)) };
    let short = Part::Header.fails(bytes.len(), Reason::Short);
    let payload = message(bytes).ok_or(short)?;
    let head = peek(bytes).ok_or(Part::Header.fails(0, Reason::Level(first & LEVEL)))?;
    let message = text(payload).map_err(|reason| Part::Message.fails(HEADER_LEN, reason))?;
    let record = Record::new(head.level, "", message);
    let truncated = head.flags.truncated();
    let task = (task > 0).then(|| Task { id: TaskId(task.into()), run: 0, name: pair(task) });
    Ok(Record { time: Time::default(), ticks: head.ticks, task, truncated, ..record })
}
