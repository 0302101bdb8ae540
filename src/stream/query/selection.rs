//! Which records come into question, by what need not be rendered.

use crate::pattern::Pattern;
use crate::record::{LevelFilter, Names, Outline, Peek, decode};
use crate::ring::Storage;
use crate::stream::decoder::Decoder;

/// Level, time, target, task and run of the records that a query wants.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    pub(super) level: Option<LevelFilter>,
    /// Wall time in nanoseconds since 1970, the first and the last.
    pub(super) since: Option<i64>,
    pub(super) until: Option<i64>,
    pub(super) target: Option<Pattern>,
    pub(super) task: Option<Pattern>,
    /// Which run of a task.
    pub(super) run: Option<u32>,
}

impl Selection {
    /// Whether the record comes into question; what is cheap is asked first.
    #[inline]
    pub(super) fn selects<S: Storage>(
        &self,
        head: &Peek,
        bytes: &[u8],
        decoder: &mut Decoder<'_, S>,
    ) -> bool {
        self.level.is_none_or(|level| head.level <= level)
            && (self.since.is_none() && self.until.is_none() || self.is_time(head, decoder))
            && (self.target.is_none() && self.task.is_none() && self.run.is_none()
                || self.is_named(head, bytes, decoder.names()))
    }

    fn is_time<S: Storage>(&self, head: &Peek, decoder: &mut Decoder<'_, S>) -> bool {
        let wall_ns = decoder.time(head.ticks).wall_ns;
        wall_ns != 0
            && self.since.is_none_or(|since| wall_ns >= since)
            && self.until.is_none_or(|until| wall_ns <= until)
    }

    fn is_named(&self, head: &Peek, bytes: &[u8], names: &impl Names) -> bool {
        if let (Some(target), Some(Ok(site)), None, None) =
            (&self.target, names.site(head.site), &self.task, self.run)
        {
            return target.matches(site.target);
        }
        let wants_task =
            self.run.is_some() || self.task.as_ref().is_some_and(|task| !task.matches(""));
        if wants_task && !Outline::of(bytes).has_task {
            return false;
        }
        let Ok(record) = decode(bytes, names) else { return false };
        let task = record.task.map_or("", |task| task.name);
        self.target.as_ref().is_none_or(|target| target.matches(record.target))
            && self.task.as_ref().is_none_or(|pattern| pattern.matches(task))
            && self.run.is_none_or(|run| record.task.is_some_and(|task| task.run == run))
    }
}
