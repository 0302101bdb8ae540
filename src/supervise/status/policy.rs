//! A restart policy in words.

use core::fmt;
use core::time::Duration;
use std::format;
use std::string::{String, ToString};

use super::rough::Rough;
use crate::supervise::{Exhausted, Jitter, Policy, When};

/// A policy in words: `on-failure, backoff 200 ms..30 s x2 -50%, limit 5 in 60 s`: each
/// delay is shortened by chance, by up to a half.
///
/// ```
/// use ringvisor::supervise::Policy;
/// use ringvisor::supervise::status::PolicyText;
///
/// assert_eq!(PolicyText(&Policy::never()).to_string(), "never");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PolicyText<'a>(pub &'a Policy);

impl fmt::Display for PolicyText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = self.0;
        f.write_str(when(policy.when))?;
        if policy.when == When::Never {
            return Ok(());
        }
        self.write_backoff(f)?;
        match policy.budget {
            None => f.write_str(", no limit"),
            Some(budget) => write!(f, ", limit {} in {}", budget.restarts, window(budget.window)),
        }?;
        f.write_str(match policy.exhausted {
            Exhausted::Park => "",
            Exhausted::StopGroup => ", then stop the group",
            Exhausted::Escalate => ", then escalate",
            Exhausted::ShutdownAll => ", then shut down",
        })
    }
}

impl PolicyText<'_> {
    fn write_backoff(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let backoff = self.0.backoff;
        write!(f, ", backoff {}", Rough(backoff.initial))?;
        if backoff.growth_percent > 100 && backoff.cap > backoff.initial {
            write!(f, "..{} x{}", Rough(backoff.cap), backoff.growth_percent / 100)?;
            match backoff.growth_percent % 100 {
                0 => {}
                rest if rest % 10 == 0 => write!(f, ".{}", rest / 10)?,
                rest => write!(f, ".{rest:02}")?,
            }
        }
        f.write_str(match backoff.jitter {
            Jitter::None => "",
            Jitter::Full => " -100%",
            Jitter::Equal => " -50%",
        })
    }
}

/// The usual windows are told in seconds.
fn window(window: Duration) -> String {
    match window.as_secs() {
        seconds @ 1..=120 => format!("{seconds} s"),
        _ => Rough(window).to_string(),
    }
}

const fn when(when: When) -> &'static str {
    match when {
        When::Never => "never",
        When::OnFailure => "on-failure",
        When::OnAbnormal => "on-abnormal",
        When::OnPanic => "on-panic",
        When::OnWatchdog => "on-watchdog",
        When::Always => "always",
    }
}
