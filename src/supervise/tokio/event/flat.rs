//! Calls of hooks that make events: one after the other, never one inside of another.

use core::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use super::Event;
use crate::supervise::tokio::caught;

/// What every event is told to.
pub(super) type Hook = Arc<dyn Fn(&Event) + Send + Sync>;

/// How many events that hooks make themselves are told for each one that they do not: a hook that
/// makes another event of every event comes to its end too.
const MOST: usize = 256;

std::thread_local! {
    /// There while a hook is being called on this thread.
    static DUE: RefCell<Option<Due>> = const { RefCell::new(None) };
}

/// What hooks on this thread have made happen and are still to be told.
#[derive(Default)]
struct Due {
    calls: VecDeque<(Hook, Event)>,
    /// How many there were.
    made: usize,
}

/// When a call is made.
enum Turn {
    /// Now, and after it those that it leads to.
    Now,
    /// After the one that is being made on this thread.
    Later,
    /// Not at all: there are too many.
    Never,
}

/// Tells `event` to the hook, now or once the one that is being called has returned; `false` if
/// that one has made too many already.
pub(super) fn call(hook: &Hook, event: &Event) -> bool {
    match turn(hook, event) {
        Turn::Now => {
            make(hook, event);
            while let Some((hook, event)) = next() {
                make(&hook, &event);
            }
            true
        }
        Turn::Later => true,
        Turn::Never => false,
    }
}

fn turn(hook: &Hook, event: &Event) -> Turn {
    let turn = DUE.try_with(|due| match &mut *due.borrow_mut() {
        due @ None => {
            *due = Some(Due::default());
            Turn::Now
        }
        Some(due) if due.made < MOST => {
            due.made += 1;
            due.calls.push_back((Arc::clone(hook), event.clone()));
            Turn::Later
        }
        Some(_) => Turn::Never,
    });
    // A thread at its very end has no such memory any more, and no hook that is being called.
    turn.unwrap_or(Turn::Now)
}

fn next() -> Option<(Hook, Event)> {
    let next = DUE.try_with(|due| {
        let mut due = due.borrow_mut();
        let next = due.as_mut().and_then(|due| due.calls.pop_front());
        if next.is_none() {
            *due = None;
        }
        next
    });
    next.ok().flatten()
}

/// A hook that panics must not take down whoever happens to tell.
fn make(hook: &Hook, event: &Event) {
    _ = caught(|| hook(event));
}
