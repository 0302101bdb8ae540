//! What stands between a cursor and an output: bounded queues, the more urgent ones first.
//!
//! Each lane is a pair of queues with one writer and one reader, the bytes of lines and the frames
//! that say where a line ends. The reading thread fills them, the writing thread always takes from
//! the most urgent lane that has something; within a lane lines keep their order.

mod inlet;
mod outlet;

use core::num::NonZeroUsize;
use std::vec::Vec;

use ringbuf::traits::Split;
use ringbuf::{HeapCons, HeapProd, HeapRb};

use crate::record::{Level, LevelFilter, Record};

pub(super) use inlet::Inlet;
pub(super) use outlet::{Batch, Outlet};

/// Bytes of a lane for each of its frames: no line is shorter in earnest.
const BYTES_PER_FRAME: usize = 32;
const NS_PER_S: i64 = 1_000_000_000;
/// The least frames of a lane.
const FRAMES_MIN: usize = 64;

/// Which lines go first when an output cannot keep up, and how many may wait.
///
/// One lane, unless said otherwise: lines come out as they were logged. With
/// [`urgent`](Self::urgent) errors, say, overtake what waits in front of them; each lane has the
/// full number of bytes to itself.
///
/// ```
/// use ringvisor::record::LevelFilter;
/// use ringvisor::sink::Lanes;
///
/// let errors_first = Lanes::new().urgent(LevelFilter::Error).bytes(1 << 20);
/// assert_eq!(errors_first.count(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "lanes do nothing by themselves"]
pub struct Lanes {
    /// The least bad level of each lane but the last, the worst first.
    urgent: Vec<LevelFilter>,
    bytes: usize,
}

impl Lanes {
    /// One lane of 256 KiB.
    pub const fn new() -> Self {
        Self { urgent: Vec::new(), bytes: 256 << 10 }
    }

    /// Gives lines of that level and worse a lane of their own, before all that are less bad.
    pub fn urgent(mut self, level: LevelFilter) -> Self {
        if let Err(place) = self.urgent.binary_search(&level) {
            self.urgent.insert(place, level);
        }
        self
    }

    /// Bytes of lines that may wait in each lane, at least 1. They come on top of what the ring
    /// holds.
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes.max(1);
        self
    }

    /// How many lanes there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.urgent.len() + 1
    }

    /// The lane of a level.
    pub(super) fn of(&self, level: Level) -> usize {
        self.urgent.iter().take_while(|least| level > **least).count()
    }

    /// The ends of all lanes.
    pub(super) fn split(&self) -> (Vec<LaneIn>, Vec<LaneOut>) {
        (0..self.count()).map(|_| lane(self.bytes)).unzip()
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the bytes of a line end and where they go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// The second of the record since 1970; 0 where it has none.
    pub(super) second: i64,
    pub(super) place: Place,
    /// Bytes of the line, or of this piece of it.
    pub(super) len: u32,
    /// Which of the sink's files.
    pub(super) route: u16,
    /// The next frame has the same bytes.
    pub(super) is_shared: bool,
    /// The line goes on in the next frame, because it is longer than the lane.
    pub(super) goes_on: bool,
}

/// What record a line is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) second: i64,
    pub(super) place: Place,
}

/// Where a record stood in the stream, in one word; that of a line which is made of no record is
/// nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u64);

impl Origin {
    pub(super) const NONE: Self = Self { second: 0, place: Place::NOWHERE };

    #[inline]
    pub(super) fn of(record: &Record<'_>) -> Self {
        let second = record.time.wall_ns.div_euclid(NS_PER_S);
        Self { second, place: Place(u64::from(record.shard) << Place::SEQ_BITS | record.seq) }
    }
}

impl Place {
    /// Enough for two years of a record each nanosecond.
    const SEQ_BITS: u32 = 56;
    const NOWHERE: Self = Self(u64::MAX);

    /// The shard, and the record's number in it.
    pub(super) fn split(self) -> Option<(usize, u64)> {
        let shard = (self.0 >> Self::SEQ_BITS) as usize;
        (self != Self::NOWHERE).then_some((shard, self.0 & ((1 << Self::SEQ_BITS) - 1)))
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::NOWHERE
    }
}

impl Frame {
    /// Whether a line is done with when this is.
    pub(super) const fn ends_line(&self) -> bool {
        !self.is_shared && !self.goes_on
    }
}

/// Every file of the sink.
pub(super) const EVERYWHERE: u16 = u16::MAX;

pub(super) struct LaneIn {
    bytes: HeapProd<u8>,
    frames: HeapProd<Frame>,
}

pub(super) struct LaneOut {
    bytes: HeapCons<u8>,
    frames: HeapCons<Frame>,
}

fn lane(bytes: usize) -> (LaneIn, LaneOut) {
    let frames = (bytes / BYTES_PER_FRAME).max(FRAMES_MIN);
    let (bytes_in, bytes_out) = HeapRb::new(bytes).split();
    let (frames_in, frames_out) = HeapRb::new(frames).split();
    (
        LaneIn { bytes: bytes_in, frames: frames_in },
        LaneOut { bytes: bytes_out, frames: frames_out },
    )
}

impl LaneIn {
    fn capacity(&self) -> NonZeroUsize {
        use ringbuf::traits::Observer;
        self.bytes.capacity()
    }
}
