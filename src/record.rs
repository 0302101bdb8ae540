//! One log entry: how it is encoded, decoded and rendered. Knows no ring, no clock and no task.

mod brief;
mod buffer;
mod civil;
mod decode;
mod duration;
mod encode;
mod fields;
pub mod format;
#[cfg(feature = "std")]
mod joined;
mod level;
#[cfg(feature = "std")]
mod outline;
mod render;
mod seal;
mod site;
mod value;

#[cfg(test)]
mod tests;

pub use crate::clock::Time;
pub use brief::Brief;
#[cfg(all(feature = "cortex-m", not(feature = "std")))]
pub(crate) use brief::decode as decode_brief;
pub use buffer::{Append, Buffer};
#[cfg(feature = "std")]
pub(crate) use civil::Calendar;
pub use civil::{Civil, Zone};
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use decode::piece;
pub use decode::{DecodeError, Names, NoNames, Part, Reason, decode, message_bytes};
pub use duration::Elapsed;
pub use encode::{Encoder, Key, SPAN_MAX_LEN, SpanEncoder};
#[cfg(all(
    any(feature = "std", not(feature = "cortex-m")),
    not(any(ringvisor_loom, ringvisor_shuttle))
))]
pub(crate) use encode::{INLINE_TEXT_MAX, floor};
pub use fields::{Field, Fields, Span, Spans};
pub use format::{Flags, Header, Peek, peek};
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use joined::Joined;
pub use level::{Level, LevelFilter, ParseLevelError};
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use outline::Outline;
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use render::Own;
#[cfg(feature = "cortex-m")]
pub(crate) use render::digits::write_padded;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
pub(crate) use render::digits::write_u64;
#[cfg(feature = "trace")]
#[cfg_attr(any(ringvisor_loom, ringvisor_shuttle), allow(unused_imports))]
pub(crate) use render::write_text;
pub use render::{Json, Style, Text};
#[cfg(feature = "std")]
pub use render::{Template, TemplateError, TemplateReason};
#[cfg(feature = "std")]
pub(crate) use render::{write_json, write_line};
#[cfg_attr(any(ringvisor_loom, ringvisor_shuttle), allow(unused_imports))]
pub(crate) use seal::SEAL_LEN;
#[cfg(feature = "std")]
#[cfg_attr(any(not(unix), ringvisor_loom, ringvisor_shuttle), allow(unused_imports))]
pub(crate) use seal::{is_sealed, seal};
pub use site::{FieldNames, Site};
pub use value::{Chain, Value};

/// The longest encoded record in bytes; a longer one is cut at a char boundary and flagged.
pub const MAX_LEN: usize = if cfg!(feature = "std") {
    4096
} else if cfg!(feature = "cortex-m") {
    Brief::LEN_MAX
} else {
    512
};

/// The most pieces of a long text that readers put together into one record: the length of its
/// message then fits into 16 bits.
pub(crate) const PIECES_MAX: u32 = 16;

/// Stands for a text that a record refers to and nobody knows any more.
const UNKNOWN: &str = "?";

/// Identity of a supervised task; unique in its process, never reused. 0 stands for no task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

/// The task in which a record was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task<'a> {
    /// Identity of the task, unique in its process.
    pub id: TaskId,
    /// Which run of the task it was, counted from 1.
    pub run: u32,
    /// The task's name.
    pub name: &'a str,
}

/// Which piece of a text that was too long for one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Number of the text; tells texts of one process apart that are written side by side.
    pub text: u32,
    /// Number of the piece, counted from 0.
    pub index: u32,
}

/// One decoded log entry, borrowed from the bytes it was read from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Record<'a> {
    /// When it was written.
    pub time: Time,
    /// The same as raw ticks of the process's clock.
    pub ticks: u64,
    /// How bad it is.
    pub level: Level,
    /// What it is about; the module path unless the caller chose otherwise.
    pub target: &'a str,
    /// Module of the call site.
    pub module: Option<&'a str>,
    /// Source file of the call site.
    pub file: Option<&'a str>,
    /// Line of the call site, counted from 1.
    pub line: Option<u32>,
    /// Number of the thread in its process, counted from 1; 0 where it is not known.
    pub thread: u16,
    /// Name of that thread, where it has one.
    pub thread_name: Option<&'a str>,
    /// The supervised task it was written in.
    pub task: Option<Task<'a>>,
    /// The text.
    pub message: &'a str,
    /// Its key-values, in the order the caller gave them.
    pub fields: Fields<'a>,
    /// The spans it was written in, the outermost first.
    pub spans: Spans<'a>,
    /// Whether something was cut because the record was too long.
    pub truncated: bool,
    /// Which piece of a long text it is, where it is one.
    pub piece: Option<Piece>,
    /// Whether it goes on with the text of an earlier record.
    pub continues: bool,
    /// Whether its text goes on in a later record.
    pub continued: bool,
    /// Whether readers met it after a younger record of another shard.
    pub out_of_order: bool,
    /// Which shard of the ring it was written to.
    pub shard: u8,
    /// Its sequence number in that shard, counted from 0.
    pub seq: u64,
}

impl<'a> Record<'a> {
    /// A record that holds only a level, a target and a message; the rest can be set.
    pub fn new(level: Level, target: &'a str, message: &'a str) -> Self {
        Self {
            time: Time::default(),
            ticks: 0,
            level,
            target,
            module: None,
            file: None,
            line: None,
            thread: 0,
            thread_name: None,
            task: None,
            message,
            fields: Fields::default(),
            spans: Spans::default(),
            truncated: false,
            piece: None,
            continues: false,
            continued: false,
            out_of_order: false,
            shard: 0,
            seq: 0,
        }
    }
}
