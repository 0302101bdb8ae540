//! A stream in a `static`.

use crate::clock::Clock;
use crate::ring::{InPlace, Inline};

use super::RingStream;
use super::core::Core;
use super::name::Name;

impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize>
    RingStream<Inline<BLOCKS, WORDS, STRINGS>>
{
    /// An empty log for a `static`, dated by `clock`.
    ///
    /// Its memory is part of it, and a linker that has no place for a value of mostly zeros keeps a
    /// copy in flash; [`over`](RingStream::over) is for boards where that counts.
    ///
    /// ```
    /// use ringvisor::clock::{Clock, Manual};
    /// use ringvisor::ring::Inline;
    /// use ringvisor::stream::RingStream;
    ///
    /// static TIME: Manual = Manual::new();
    /// static RING: RingStream<Inline<8, 512>> = RingStream::with_clock(Clock::manual(&TIME));
    ///
    /// assert_eq!(RING.stats().written, 0);
    /// ```
    pub const fn with_clock(clock: Clock) -> Self {
        Self { core: InPlace(Core::new(Inline::new(), clock)) }
    }

    /// The same log with a name, up to 48 bytes, that stands in each line of text; `log` unless
    /// called.
    ///
    /// ```
    /// use ringvisor::ring::Inline;
    /// use ringvisor::stream::RingStream;
    ///
    /// static RING: RingStream<Inline<8, 512>> = RingStream::new().named("pyboard");
    ///
    /// assert_eq!(RING.name(), "pyboard");
    /// ```
    #[must_use]
    pub const fn named(mut self, name: &str) -> Self {
        self.core.0.name = Name::new(name);
        self
    }

    /// An empty log for a `static`, dated by the system's clock.
    ///
    /// ```
    /// use ringvisor::ring::Inline;
    /// use ringvisor::stream::RingStream;
    ///
    /// static RING: RingStream<Inline<8, 512>> = RingStream::new();
    ///
    /// log::set_logger(&RING).map(|()| log::set_max_level(log::LevelFilter::Info))?;
    /// log::info!("no allocator needed");
    /// assert_eq!(RING.stats().written, 1);
    /// # Ok::<(), log::SetLoggerError>(())
    /// ```
    #[cfg(feature = "std")]
    pub const fn new() -> Self {
        Self::with_clock(Clock::system())
    }
}

impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize>
    RingStream<&'static Inline<BLOCKS, WORDS, STRINGS>>
{
    /// A log in memory that is a `static` of its own, dated by `clock`.
    ///
    /// That memory is nothing but zeros, so it takes no room in flash, and it may lie where the
    /// program wants it.
    ///
    /// ```
    /// use ringvisor::clock::{Clock, Manual};
    /// use ringvisor::ring::Inline;
    /// use ringvisor::stream::RingStream;
    ///
    /// static TIME: Manual = Manual::new();
    /// static MEMORY: Inline<8, 128> = Inline::new();
    /// static LOG: RingStream<&Inline<8, 128>> = RingStream::over(&MEMORY, Clock::manual(&TIME));
    ///
    /// assert_eq!(LOG.stats().written, 0);
    /// ```
    pub const fn over(memory: &'static Inline<BLOCKS, WORDS, STRINGS>, clock: Clock) -> Self {
        Self { core: InPlace(Core::new(memory, clock)) }
    }

    /// Takes over the records that a reset has left in the memory, or wipes it; see
    /// [`Inline::recover`]. New records come behind the old ones.
    #[cfg(feature = "cortex-m")]
    pub fn recover(&self) -> crate::ring::Recovered {
        self.core.0.storage.recover()
    }

    /// The same log with a name, up to 48 bytes, that stands in each line of text.
    #[must_use]
    pub const fn named(mut self, name: &str) -> Self {
        self.core.0.name = Name::new(name);
        self
    }
}

#[cfg(feature = "std")]
impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize> Default
    for RingStream<Inline<BLOCKS, WORDS, STRINGS>>
{
    fn default() -> Self {
        Self::new()
    }
}
