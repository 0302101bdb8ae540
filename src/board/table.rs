//! Tasks as lines of at most 80 columns.

use core::fmt::{self, Write};

use super::console::Output;
use crate::record::{Elapsed, write_padded};
use crate::supervise::embassy::Vitals;
use crate::supervise::{Hold, State};

/// What stands above the lines.
pub(super) const HEAD: &str =
    "NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS";

/// Writes the line of one task; `now_s` are the seconds since the start of the clock.
pub(super) fn write_line(vitals: &Vitals, now_s: u64, out: &mut Output) -> fmt::Result {
    let since = now_s.saturating_sub(vitals.since_s.into());
    let from = out.len();
    out.write_str(vitals.name)?;
    fill(out, from + 10)?;
    out.write_str(word(vitals.state))?;
    fill(out, from + 19)?;
    Elapsed::from_secs(i64::try_from(since).unwrap_or(i64::MAX)).write(out)?;
    fill(out, from + 29)?;
    let numbers = [
        (vitals.run.into(), 4),
        (vitals.polls.into(), 8),
        (vitals.busy_us / 1_000, 8),
        (vitals.longest_us, 10),
    ];
    for (number, width) in numbers {
        write_padded(number, width, " ", out)?;
        out.write_str(" ")?;
    }
    out.write_str(&vitals.status)
}

/// Blanks up to a column, and one more.
#[inline(never)]
fn fill(out: &mut Output, column: usize) -> fmt::Result {
    (out.len()..column).try_for_each(|_| out.write_str(" "))?;
    out.write_str(" ")
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
