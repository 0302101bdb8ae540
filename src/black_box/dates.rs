//! The clock of a run, kept where it outlives the run.

use core::num::NonZero;

use super::page::ANCHORS;
use crate::clock::{Anchor, Clock, Timeline};
use crate::sync::AtomicU64;

/// Keeps the anchors of a clock in the page.
#[derive(Debug)]
pub(super) struct Dates {
    timeline: Timeline,
    /// How often they were written.
    generation: u64,
}

impl Dates {
    pub(super) fn new(clock: &Clock) -> Self {
        Self { timeline: Timeline::new(clock.frequency_hint()), generation: 0 }
    }

    /// Adds a moment of the clock.
    pub(super) fn write(&mut self, anchor: Anchor, page: &[AtomicU64]) {
        let _ = self.timeline.push(anchor);
        self.generation += 1;
        let rate = self.timeline.ticks_per_second().map_or(0, NonZero::get);
        let mut words = arrayvec::ArrayVec::<u64, 56>::new();
        words.extend([self.generation, rate, self.timeline.anchors().len() as u64]);
        words.extend(self.timeline.anchors().flat_map(Anchor::to_words));
        ANCHORS[self.generation as usize % 2].write(page, &words);
    }

    /// The timeline that was kept, and its last moment.
    pub(super) fn read(page: &[u64]) -> (Timeline, Anchor) {
        let section = |section: super::page::Section| section.read(page).ok().flatten();
        let newest = ANCHORS.into_iter().filter_map(section).max_by_key(|words| words[0]);
        let Some([_, rate, count, words @ ..]) = newest else {
            return (Timeline::new(None), Anchor::default());
        };
        let mut timeline = Timeline::new(NonZero::new(*rate));
        let mut last = Anchor::default();
        let count = usize::try_from(*count).unwrap_or(0);
        for words in words.chunks_exact(3).take(count.min(Timeline::CAPACITY)) {
            last = Anchor::from_words([words[0], words[1], words[2]]);
            let _ = timeline.push(last);
        }
        (timeline, last)
    }
}
