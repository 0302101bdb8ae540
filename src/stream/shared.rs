//! A stream on the heap, shared by its clones.

use std::sync::Arc;

use crate::clock::{Clock, Timeline};
use crate::record::LevelFilter;
use crate::ring::{GeometryError, Heap, Layout, Native};

use super::RingStream;
use super::core::Core;
use super::filter::Directives;
use super::name::Name;
use super::program::program;

/// The size of a log, and the clock that dates its records.
///
/// ```
/// use ringvisor::stream::Config;
///
/// let stream = Config::new().bytes(1 << 20).shards(1).build()?;
/// assert_eq!(stream.stats().written, 0);
/// # Ok::<(), ringvisor::ring::GeometryError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a configuration does nothing until it is built"]
pub struct Config {
    bytes: usize,
    shards: usize,
    strings: usize,
    clock: Clock,
    levels: Option<Directives>,
    name: Name,
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// 8 MiB, a shard for each processor up to 16, the system's clock, the program's name.
    pub fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            bytes: 8 << 20,
            shards: processors.next_power_of_two().min(16),
            strings: 256 << 10,
            clock: Clock::system(),
            levels: None,
            name: Name::new(&program()),
        }
    }

    /// Memory for records in bytes. It is allocated once and never grows. The default is 8 MiB,
    /// some 80,000 records.
    pub const fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Number of shards: 1, 2, 4 … 64. Threads are dealt out to shards, and two threads on two
    /// shards do not slow each other, while on one shard they pay for each other's cache misses
    /// (about 15 times the cost when both do nothing but log). The price: each shard keeps its own
    /// history, so a chatty thread evicts only its own shard's records, and records of different
    /// threads are ordered by time instead of by position. One shard is a strict total order.
    pub const fn shards(mut self, shards: usize) -> Self {
        self.shards = shards;
        self
    }

    /// Memory for call sites and names in bytes, 256 KiB by default. What does not fit stands in
    /// each record instead, and is counted.
    pub const fn strings(mut self, bytes: usize) -> Self {
        self.strings = bytes;
        self
    }

    /// The clock that dates records; a [`Manual`](crate::clock::Manual) one in tests.
    pub const fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// What is recorded. Unless called, everything is.
    pub fn levels(mut self, levels: impl Into<Directives>) -> Self {
        self.levels = Some(levels.into());
        self
    }

    /// The name that stands in each line of text, up to 48 bytes; the program's unless called.
    pub const fn name(mut self, name: &str) -> Self {
        self.name = Name::new(name);
        self
    }

    /// Allocates the log.
    ///
    /// # Errors
    /// When the bytes are too few or too many for the shards, or the number of shards is not as
    /// said.
    pub fn build(self) -> Result<RingStream, GeometryError> {
        let heap = Heap::new(self.bytes, self.shards, self.strings)?;
        Ok(self.build_on(heap, false))
    }

    fn build_on(self, heap: Heap, seals: bool) -> RingStream {
        let core = Core { name: self.name, seals, ..Core::new(heap, self.clock) };
        if let Some(levels) = self.levels {
            core.configure_levels(levels);
        }
        RingStream { core: Arc::new(core) }
    }
}

/// Streams in files.
#[cfg_attr(not(unix), allow(dead_code))]
impl Config {
    /// How the memory is to be divided.
    pub(crate) fn layout(&self) -> Result<Layout, GeometryError> {
        Layout::new::<Native>(self.bytes, self.shards, self.strings)
    }

    pub(crate) fn given_name(&self) -> &str {
        self.name.as_str()
    }

    pub(crate) fn given_clock(&self) -> Clock {
        self.clock
    }

    /// The log in memory that was laid out as [`layout`](Self::layout) says and outlives the
    /// process: its records are sealed.
    pub(crate) fn build_in(self, heap: Heap) -> RingStream {
        self.build_on(heap, true)
    }

    /// The log of a process that has ended, to be read: nothing is recorded in it.
    pub(crate) fn build_past(self, heap: Heap, timeline: Timeline) -> RingStream {
        let stream = self.levels(Directives::at(LevelFilter::Off)).build_on(heap, false);
        stream.core.state.date_by(timeline);
        stream
    }
}

impl RingStream {
    /// A log of about `bytes` bytes, otherwise as [`Config::new`].
    ///
    /// # Errors
    /// When the bytes are too few or too many.
    pub fn with_bytes(bytes: usize) -> Result<Self, GeometryError> {
        Config::new().bytes(bytes).build()
    }
}

impl Clone for RingStream {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core) }
    }
}
