//! Tasks as lines of at most 80 columns.

use core::fmt::{self, Write};

use crate::record::Elapsed;
use crate::supervise::embassy::Vitals;
use crate::supervise::{Hold, State};

/// What stands above the lines.
pub(super) const HEAD: &str =
    "NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS";

/// Writes the line of one task; `now_s` are the seconds since the start of the clock.
pub(super) fn write_line(vitals: &Vitals, now_s: u64, out: &mut impl Write) -> fmt::Result {
    let since = now_s.saturating_sub(vitals.since_s.into());
    let elapsed = Elapsed::from_secs(i64::try_from(since).unwrap_or(i64::MAX));
    write!(out, "{:<10} {:<8} ", vitals.name, word(vitals.state))?;
    let from = out_len(&elapsed)?;
    write!(out, "{elapsed}{:from$} {:>4} {:>8} ", "", vitals.run, vitals.polls)?;
    write!(out, "{:>8} {:>10} {}", vitals.busy_us / 1_000, vitals.longest_us, vitals.status)
}

/// How many blanks make a time as wide as its column.
fn out_len(elapsed: &Elapsed) -> Result<usize, fmt::Error> {
    const COLUMN: usize = 9;
    struct Count(usize);
    impl Write for Count {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }
    let mut count = Count(0);
    write!(count, "{elapsed}")?;
    Ok(COLUMN.saturating_sub(count.0))
}

fn word(state: State) -> &'static str {
    match state {
        State::Stopped => "stopped",
        State::Waiting(Hold::Condition) => "held",
        State::Waiting(_) => "waiting",
        State::Starting => "starting",
        State::Running => "running",
        State::Stopping => "stopping",
        State::Aborting => "aborting",
        State::Backoff => "backoff",
        State::Completed => "done",
        State::Failed => "failed",
        State::Dead => "dead",
        State::Detached => "detached",
    }
}
