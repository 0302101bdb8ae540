//! What the end of a program left unwritten.

use core::fmt;
use core::time::Duration;

/// What became of an attempt to write everything out; shows as a sentence for people.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::RingStream;
/// use ringvisor::sink::Terminal;
///
/// let stream = RingStream::with_bytes(1 << 20)?;
/// let stderr = Terminal::stderr().start(&stream)?;
/// let drained = stderr.drain(Duration::from_secs(5));
/// assert_eq!(drained.to_string(), "all records are written");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "it says whether records were left behind"]
pub struct Drained {
    /// Whether everything that was logged before is out.
    pub is_complete: bool,
    /// About how many records are not: some of them may be of no interest to the sink.
    pub behind: u64,
    /// How long it was waited for, at most.
    pub limit: Duration,
}

impl fmt::Display for Drained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_complete, behind, limit } = self;
        if *is_complete {
            return f.write_str("all records are written");
        }
        let plural = if *behind == 1 { "" } else { "s" };
        write!(f, "gave up after {limit:?}: {behind} record{plural} not written")
    }
}
