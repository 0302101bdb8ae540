//! A future that is woken now and then, to see whether a runtime still polls.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;

use parking_lot::Mutex;

/// How long it is left alone after it has answered, in nanoseconds: a runtime that has nothing to do
/// is woken ten times a second.
const PAUSE: u64 = 100_000_000;

/// Shows that the runtime polls; never ends.
#[must_use = "a canary has to be polled by the runtime that it watches"]
#[derive(Debug)]
pub struct Canary(Arc<Pulse>);

/// What a canary and the watchdog share.
#[derive(Debug, Default)]
pub(super) struct Pulse(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// `None` until it is polled for the first time.
    waker: Option<Waker>,
    /// When it was woken without having been polled since, in nanoseconds.
    asked: Option<u64>,
    /// When it was seen to have answered.
    heard: u64,
    /// The length of the silence when it was last told of, in nanoseconds; 0 if it was not.
    told: u64,
}

impl Canary {
    pub(super) fn new(pulse: Arc<Pulse>) -> Self {
        Self(pulse)
    }
}

impl Future for Canary {
    type Output = core::convert::Infallible;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.0.lock();
        state.asked = None;
        match &mut state.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            None => state.waker = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}

impl Pulse {
    /// Wakes the canary if it is time to, and returns the length of a silence that has to be told
    /// of, in nanoseconds, and whether it is over. Nothing is told while the silence `has_reason`: a
    /// task that is named by itself.
    pub(super) fn beat(&self, now: u64, threshold: u64, has_reason: bool) -> Option<(u64, bool)> {
        let mut state = self.0.lock();
        let silence = now.saturating_sub(state.asked.unwrap_or(state.heard));
        if state.asked.is_some() {
            let is_long = silence >= threshold.max(state.told.saturating_mul(2));
            let is_due = is_long && !has_reason;
            state.told = if is_due { silence.max(1) } else { state.told };
            return is_due.then_some((silence, false));
        }
        if state.told > 0 {
            let told = core::mem::take(&mut state.told);
            return Some((told, true));
        }
        if silence >= PAUSE {
            if let Some(waker) = state.waker.clone() {
                (state.asked, state.heard) = (Some(now), now);
                drop(state);
                waker.wake();
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
