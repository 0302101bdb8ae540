//! What is kept of a task beyond its state: only once there is something to keep.

use std::collections::VecDeque;
use std::string::String;
use std::sync::{Arc, Weak};
use std::vec::Vec;

use ::tokio::sync::oneshot;

use super::entry::Entry;
use super::report::Past;
use crate::supervise::Outcome;

/// How many runs of a task are remembered.
pub(super) const PAST_RUNS: usize = 8;

/// The longest status text in bytes.
pub(super) const MAX_STATUS: usize = 200;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Detail {
    /// The newest last.
    pub(super) past: VecDeque<Past>,
    pub(super) ends: Ends,
    /// What the task says of itself.
    pub(super) status: String,
    /// How far it has come, of how much.
    pub(super) progress: Option<(u64, u64)>,
    /// Who waits for the end of the run.
    pub(super) waiters: Vec<oneshot::Sender<()>>,
    /// Tasks that end with the run.
    pub(super) children: Vec<Weak<Entry>>,
    /// Tasks that had its name before and of which something may be left: it starts after them.
    pub(super) ahead: Vec<Arc<Entry>>,
    /// Whether it is to be forgotten once it is over.
    pub(super) forget: bool,
    /// Words to find it by.
    pub(super) tags: Vec<String>,
}

/// How many runs ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) ok: u64,
    pub(super) failed: u64,
    pub(super) panicked: u64,
}

impl Detail {
    /// Takes down the end of a run.
    pub(super) fn ended(&mut self, past: Past) {
        match past.outcome {
            Outcome::Panicked => self.ends.panicked += 1,
            outcome if outcome.is_failure() => self.ends.failed += 1,
            _ => self.ends.ok += 1,
        }
        if self.past.len() == PAST_RUNS {
            self.past.pop_front();
        }
        self.past.push_back(past);
        self.status.clear();
        self.progress = None;
    }

    /// What run number `run` left, if that is remembered.
    pub(super) fn past_of(&self, run: u32) -> Option<&Past> {
        self.past.iter().rev().find(|past| past.run == run)
    }

    /// Adds somebody who waits. Those who have given up make room first.
    pub(super) fn add_waiter(&mut self, waiter: oneshot::Sender<()>) {
        if self.waiters.len() == self.waiters.capacity() {
            self.waiters.retain(|waiter| !waiter.is_closed());
        }
        self.waiters.push(waiter);
    }

    /// Adds a task that ends with the run. Those that are forgotten make room first.
    pub(super) fn add_child(&mut self, child: Weak<Entry>) {
        if self.children.len() == self.children.capacity() {
            self.children.retain(|child| child.strong_count() > 0);
        }
        self.children.push(child);
    }

    /// What the run that ended last left.
    pub(super) fn last(&self) -> Option<&Past> {
        self.past.back()
    }
}
