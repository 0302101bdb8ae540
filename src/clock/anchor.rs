//! One moment on three clocks.

/// One moment as the tick counter, the monotonic clock and the wall clock show it.
///
/// ```
/// use ringvisor::clock::Anchor;
///
/// let anchor = Anchor { ticks: 7, mono_ns: 70, wall_ns: -1 };
/// assert_eq!(Anchor::from_words(anchor.to_words()), anchor);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    /// Raw count of the clock's source.
    pub ticks: u64,
    /// Nanoseconds on the process's monotonic clock.
    pub mono_ns: u64,
    /// Nanoseconds since 1970-01-01 UTC; [`WALL_UNKNOWN`](Self::WALL_UNKNOWN) without a wall clock.
    pub wall_ns: i64,
}

impl Anchor {
    /// The wall time of a moment at which no wall clock could be read.
    pub const WALL_UNKNOWN: i64 = 0;

    /// The anchor as plain integers, to be kept in memory that other processes read.
    #[must_use]
    pub const fn to_words(self) -> [u64; 3] {
        [self.ticks, self.mono_ns, self.wall_ns as u64]
    }

    /// The anchor that [`to_words`](Self::to_words) encoded. Every bit pattern is an anchor.
    #[must_use]
    pub const fn from_words([ticks, mono_ns, wall_ns]: [u64; 3]) -> Self {
        Self { ticks, mono_ns, wall_ns: wall_ns as i64 }
    }

    pub(super) const fn knows_wall(&self) -> bool {
        self.wall_ns != Self::WALL_UNKNOWN
    }
}
