//! The roster of a run that is over, or goes on.

use core::fmt;
use std::string::String;
use std::vec::Vec;

use super::life::Life;
use crate::black_box::page::{Section, unpack_text};
use crate::clock::{Time, Timeline};
use crate::record::TaskId;
use crate::supervise::{Outcome, State};

/// Words of a place.
pub(super) const PLACE: usize = 64;
pub(super) const LIFE_WORDS: usize = 9;
/// Words of texts, that of their length included.
pub(super) const NAME_WORDS: usize = 11;
pub(super) const WHAT_WORDS: usize = 11;
pub(super) const MESSAGE_WORDS: usize = 22;

pub(super) const LIFE: Section = Section::new(0, 15);
pub(super) const NAME: Section = Section::new(16, 1 + NAME_WORDS);
pub(super) const FAILURE: Section = Section::new(29, 1 + WHAT_WORDS + MESSAGE_WORDS);

/// A supervised task as it was when its program ended, or is now.
///
/// Its text is one line: `worker#3: running`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastState {
    /// The task's identity in its process.
    pub id: TaskId,
    /// Its name, cut after 80 bytes.
    pub name: String,
    /// Whether it is a bare future, which runs once.
    pub is_plain: bool,
    /// What it did.
    pub state: State,
    /// Since when.
    pub since: Time,
    /// Which run of the task is the newest, counted from 1; 0 if none is known.
    pub run: u32,
    /// How many restarts came before that run since the last reset.
    pub attempt: u32,
    /// When that run was started.
    pub started: Option<Time>,
    /// When the run that ended last was over.
    pub ended: Option<Time>,
    /// How that one ended.
    pub outcome: Option<Outcome>,
    /// Why it failed, if it did: the type of its error or the place of its panic.
    pub failed_by: String,
    /// Its error or its panic in words, cut after 168 bytes; empty where it did not fail.
    pub failure: String,
    /// How many runs ended well, failed otherwise than by a panic, and panicked.
    pub counts: [u64; 3],
}

/// The tasks of these places, by name.
pub(in crate::black_box) fn read(words: &[u64], timeline: &Timeline) -> Vec<LastState> {
    let places = words.chunks_exact(PLACE);
    let mut states: Vec<_> = places.filter_map(|place| LastState::of(place, timeline)).collect();
    states.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    states
}

impl LastState {
    /// `None` where no task is, or one whose place is damaged.
    fn of(place: &[u64], timeline: &Timeline) -> Option<Self> {
        let whole = |section: Section| section.read(place).ok().flatten();
        let life = Life::from_words(whole(LIFE)?.first_chunk()?)?;
        let (id, name) = whole(NAME)?.split_first()?;
        if *id != life.id.0 {
            return None;
        }
        let at = |ticks| (ticks != 0).then(|| timeline.time(ticks));
        let has_failed = life.outcome.is_some_and(Outcome::is_failure);
        let (failed_by, failure) =
            whole(FAILURE).filter(|_| has_failed).map_or_else(Default::default, |words| {
                let (what, message) = words[1..].split_at(WHAT_WORDS);
                (unpack_text(what), unpack_text(message))
            });
        Some(Self {
            id: life.id,
            name: unpack_text(name),
            is_plain: life.is_plain,
            state: life.state,
            since: timeline.time(life.since),
            run: life.run,
            attempt: life.attempt,
            started: at(life.started),
            ended: at(life.ended),
            outcome: life.outcome,
            failed_by,
            failure,
            counts: life.counts,
        })
    }
}

impl fmt::Display for LastState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}: {:?}", self.name.escape_debug(), self.id.0, self.state)?;
        if self.failure.is_empty() {
            Ok(())
        } else {
            write!(f, ", {}", self.failure.escape_debug())
        }
    }
}
