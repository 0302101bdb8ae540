//! The tasks of a run and what becomes of them, kept behind the log: what a task did last is known
//! however long ago its last record was overwritten.
//!
//! ```text
//! a task's place, 64 words:   0 life   16 name   29 failure
//! ```
//!
//! A place is taken when a task is first told of, and given to another one when all are taken and
//! its task is over. Each part has its checksum, as those of the page: what was half written when
//! the process died, or is damaged, is left out. How many places there are, and how many tasks found
//! none, stands in the page.

mod life;
mod table;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use self::life::Life;
use self::table::{FAILURE, LIFE, NAME, PLACE};
use super::page::{self, ROSTER, pack_text};
use crate::clock::Clock;
use crate::record::TaskId;
use crate::ring::Mapping;
use crate::supervise::{Outcome, State};
use crate::sync::AtomicU64;

pub use self::table::LastState;
pub(super) use self::table::read;

/// Bytes of the log for each task that can be kept.
const SHARE: usize = 16 << 10;
/// How many tasks can be kept at least and at most.
const TASKS: (usize, usize) = (8, 1024);

/// How many tasks are kept beside a log of so many bytes.
pub(super) fn places(bytes: usize) -> usize {
    (bytes / SHARE).clamp(TASKS.0, TASKS.1)
}

/// Bytes of so many places.
pub(super) const fn bytes(places: usize) -> usize {
    places * PLACE * size_of::<u64>()
}

/// What happens to a task.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'t> {
    /// A run was started, so many restarts after the first one.
    Started { attempt: u32 },
    /// It is in this state now.
    State(State),
    /// The run is over.
    Ended { outcome: Outcome, failure: Option<Failed<'t>> },
    /// Nobody is to know of it any more.
    Forgotten,
}

/// Why a run failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed<'t> {
    /// The type of an error, or where a panic was.
    pub(crate) what: &'t str,
    pub(crate) message: &'t str,
}

/// Whom it happens to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'t> {
    pub(crate) id: TaskId,
    pub(crate) run: u32,
    pub(crate) name: &'t str,
    /// Whether it is a bare future, which runs once.
    pub(crate) is_plain: bool,
}

/// Writes down what happens to tasks.
#[derive(Debug)]
pub(super) struct Roster {
    mapping: Arc<Mapping<u64>>,
    /// Its first word in the mapping.
    start: usize,
    clock: Clock,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    places: HashMap<TaskId, usize>,
    lives: Vec<Option<Life>>,
    free: Vec<usize>,
    /// Places whose tasks were over, those first that were so for longest.
    over: VecDeque<(usize, TaskId)>,
    /// Tasks that found no place.
    missed: u64,
}

impl Roster {
    /// A roster of so many places behind the first `start` words.
    pub(super) fn new(
        mapping: Arc<Mapping<u64>>,
        start: usize,
        places: usize,
        clock: Clock,
    ) -> Self {
        let free = (0..places).rev().collect();
        let lives = std::vec![None; places];
        let known = Mutex::new(Known { lives, free, ..Known::default() });
        let roster = Self { mapping, start, clock, known };
        roster.count(places, 0);
        roster
    }

    /// Writes down that this has happened.
    pub(super) fn tell(&self, who: Who<'_>, change: Change<'_>) {
        let mut known = self.known.lock();
        let now = self.clock.ticks();
        if matches!(change, Change::Forgotten) {
            if let Some(at) = known.places.remove(&who.id) {
                known.lives[at] = None;
                known.free.push(at);
                LIFE.clear(self.place(at));
            }
            return;
        }
        let Some(at) = self.place_of(who, &mut known, now) else { return };
        let Some(life) = &mut known.lives[at] else { return };
        life.change(who.run, change, now);
        if let Change::Ended { failure, .. } = change {
            self.write_failure(at, who.run, failure);
            known.over.push_back((at, who.id));
            self.bound(&mut known);
        }
        if let Some(life) = &known.lives[at] {
            LIFE.write(self.place(at), &life.to_words());
        }
    }

    /// The place of a task; a new one if it has none.
    fn place_of(&self, who: Who<'_>, known: &mut Known, now: u64) -> Option<usize> {
        if let Some(&at) = known.places.get(&who.id) {
            return Some(at);
        }
        let Some(at) = known.free.pop().or_else(|| known.give_up_oldest()) else {
            known.missed += 1;
            self.count(known.lives.len(), known.missed);
            return None;
        };
        // The life is what makes the place a task's, so it goes first and comes last.
        let place = self.place(at);
        LIFE.clear(place);
        FAILURE.clear(place);
        let mut name = std::vec![who.id.0];
        name.extend(pack_text(who.name, table::NAME_WORDS));
        NAME.write(place, &name);
        known.places.insert(who.id, at);
        known.lives[at] = Some(Life::new(who.id, who.is_plain, now));
        Some(at)
    }

    fn write_failure(&self, at: usize, run: u32, failure: Option<Failed<'_>>) {
        let Some(Failed { what, message }) = failure else { return FAILURE.clear(self.place(at)) };
        let mut words = std::vec![run.into()];
        let mut what = pack_text(what, table::WHAT_WORDS);
        what.resize(table::WHAT_WORDS, 0);
        words.extend(what);
        words.extend(pack_text(message, table::MESSAGE_WORDS));
        FAILURE.write(self.place(at), &words);
    }

    /// A task that ends often stands in the queue often; one entry of each place is enough.
    fn bound(&self, known: &mut Known) {
        if known.over.len() > 2 * known.lives.len() {
            let Known { over, lives, .. } = known;
            let mut seen = std::vec![false; lives.len()];
            let mut newest: VecDeque<_> = VecDeque::with_capacity(lives.len());
            for (at, id) in over.drain(..).rev() {
                if !core::mem::replace(&mut seen[at], true) {
                    newest.push_front((at, id));
                }
            }
            *over = newest;
        }
    }

    fn count(&self, places: usize, missed: u64) {
        if let Some(page) = self.mapping.words().get(..page::WORDS) {
            ROSTER.write(page, &[places as u64, missed]);
        }
    }

    fn place(&self, at: usize) -> &[AtomicU64] {
        let start = self.start + at * PLACE;
        self.mapping.words().get(start..start + PLACE).unwrap_or_default()
    }
}

impl Known {
    /// The place of the task that has been over for longest.
    fn give_up_oldest(&mut self) -> Option<usize> {
        while let Some((at, id)) = self.over.pop_front() {
            let is_over = |life: &Life| life.id == id && life.is_over();
            if self.lives[at].as_ref().is_some_and(is_over) {
                self.places.remove(&id);
                return Some(at);
            }
        }
        None
    }
}
