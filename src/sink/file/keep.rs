//! Which old files stay.

use core::time::Duration;

/// How much of the past is kept. Every limit that is set holds; the oldest files go first.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::sink::Keep;
///
/// let month = Keep::files(100).age(Duration::from_secs(30 * 86_400)).bytes(1 << 30);
/// assert_ne!(month, Keep::all());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a limit does nothing by itself"]
pub struct Keep {
    files: usize,
    age: Option<Duration>,
    bytes: Option<u64>,
}

/// An old file, as far as the choice looks at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) bytes: u64,
    /// When it was last written, in seconds since 1970-01-01 UTC.
    pub(super) modified: i64,
}

impl Keep {
    /// At most `count` old files beside the one that is written.
    pub const fn files(count: usize) -> Self {
        Self { files: count, age: None, bytes: None }
    }

    /// All of it, for disks that somebody else looks after.
    pub const fn all() -> Self {
        Self::files(usize::MAX)
    }

    /// Nothing that was last written longer ago than `age`.
    pub const fn age(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }

    /// At most so many bytes of old files together.
    pub const fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// How many of the files, the youngest first, stay at `now`, in seconds since 1970-01-01 UTC.
    pub(super) fn stay(&self, young_first: &[Kept], now: i64) -> usize {
        let mut bytes = 0_u64;
        let stays = |(index, file): &(usize, &Kept)| {
            bytes = bytes.saturating_add(file.bytes);
            let age = u64::try_from(now.saturating_sub(file.modified)).unwrap_or(0);
            *index < self.files
                && self.bytes.is_none_or(|most| bytes <= most)
                && self.age.is_none_or(|oldest| age <= oldest.as_secs())
        };
        young_first.iter().enumerate().take_while(stays).count()
    }
}

impl Default for Keep {
    /// Thirty files.
    fn default() -> Self {
        Self::files(30)
    }
}
