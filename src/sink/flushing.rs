//! Several sinks that write out what was logged, side by side; and who is waited for.

use core::fmt::Arguments;
use core::time::Duration;
use std::io::Write;
use std::vec::Vec;

use super::notice::TARGET;
use super::{Drained, Sink};
use crate::clock::Clock;
use crate::record::Level;
use crate::stream::RingStream;

/// How long a flush at the end of a program may take before it says what it waits for.
const MOMENT: Duration = Duration::from_millis(100);
/// How long the others have for the last word about a sink that was given up.
const GLANCE: Duration = Duration::from_millis(10);

/// A flush that is under way.
pub(crate) struct Flushing<'s> {
    waiting: Vec<Waiting<'s>>,
    /// Whether sinks ended meanwhile, or had ended before, and about how many records they leave.
    failed: bool,
    left: u64,
    begun: Duration,
}

struct Waiting<'s> {
    sink: &'s Sink,
    flush: u64,
    /// The number of the stream's records that were there.
    target: u64,
    /// As many records were left when somebody looked last, and so at most now.
    most: u64,
}

impl<'s> Flushing<'s> {
    /// Asks all `sinks` to write out what was logged before.
    pub(crate) fn begin(sinks: &'s [Sink]) -> Self {
        let ask = |sink: &'s Sink| {
            let target = sink.stream.cursor_at_end().position();
            let flush = sink.handoff.ask(target.clone());
            Waiting { sink, flush, target: target.records(), most: u64::MAX }
        };
        Self { waiting: sinks.iter().map(ask).collect(), failed: false, left: 0, begun: now() }
    }

    /// Waits until `limit` after the beginning, also for those behind one that failed; tells whether
    /// nobody is waited for any more.
    pub(crate) fn wait(&mut self, limit: Duration) -> bool {
        let deadline = self.begun.saturating_add(limit);
        let (mut left, mut failed) = (0, false);
        self.waiting.retain(|Waiting { sink, flush, target, .. }| {
            if sink.handoff.wait_flushed(*flush, deadline.saturating_sub(now())) {
                return false;
            }
            // Of one that has ended nothing is to be hoped for.
            let is_alive = sink.is_running();
            if !is_alive {
                failed = true;
                left += sink.handoff.counts.behind(*target);
            }
            is_alive
        });
        (self.left, self.failed) = (self.left + left, self.failed || failed);
        self.waiting.is_empty()
    }

    /// What came of it up to now.
    pub(crate) fn drained(&self, limit: Duration) -> Drained {
        let behind = self.left + self.waiting.iter().map(Waiting::behind).sum::<u64>();
        let is_complete = self.waiting.is_empty() && !self.failed;
        Drained { is_complete, behind, limit }
    }
}

impl Waiting<'_> {
    /// What was logged later does not count.
    fn behind(&self) -> u64 {
        self.sink.handoff.counts.behind(self.target).min(self.most)
    }

    /// Whom this is about, and what is left.
    fn look(&mut self) -> (&str, Records) {
        self.most = self.behind();
        (&self.sink.name, Records(self.most))
    }
}

/// Writes everything out before what may be the end. Who is waited for longer than a moment is named
/// in the log, which the other sinks show; and who is given up, with what it leaves.
pub(crate) fn last_words(sinks: &[Sink], stream: &RingStream, limit: Duration) -> bool {
    let mut flushing = Flushing::begin(sinks);
    if !flushing.wait(limit.min(MOMENT)) && limit > MOMENT {
        for waiting in &mut flushing.waiting {
            let (name, left) = waiting.look();
            say(stream, format_args!("waiting for {name}: {left} left"));
        }
        flushing.wait(limit);
        for waiting in &mut flushing.waiting {
            waiting.sink.handoff.lose_hope();
            let (name, left) = waiting.look();
            say(stream, format_args!("gave up {name} after {limit:?}: {left} not written"));
        }
        if !flushing.waiting.is_empty() {
            Flushing::begin(sinks).wait(GLANCE);
        }
    }
    flushing.drained(limit).is_complete
}

fn say(stream: &RingStream, words: Arguments<'_>) {
    // The ring takes everything.
    let _ = writeln!(stream.writer_at(Level::Warn, TARGET), "{words}");
}

struct Records(u64);

impl core::fmt::Display for Records {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} record{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

fn now() -> Duration {
    Duration::from_nanos(Clock::system().sample().mono_ns)
}
