use core::fmt::Debug;
use std::collections::BTreeMap;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use crate::supervise::{RunReport, TaskBuilder};

/// What happened, in the order in which it was written down.
#[derive(Clone, Default)]
pub(super) struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    pub(super) fn note(&self, what: impl Into<String>) {
        self.0.lock().push(what.into());
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.0.lock().clone()
    }

    pub(super) fn count(&self, what: &str) -> usize {
        self.0.lock().iter().filter(|note| note.starts_with(what)).count()
    }

    /// Has all callbacks of a task written down.
    pub(super) fn of<V: Debug + Send + 'static>(&self, task: TaskBuilder<V>) -> TaskBuilder<V> {
        let note = |what: &'static str| {
            let diary = self.clone();
            move |report: &RunReport| {
                let outcome = report.outcome.map(|outcome| format!(" {outcome:?}"));
                let outcome = outcome.unwrap_or_default();
                diary.note(format!("{what} {}#{}{outcome}", report.name, report.run));
            }
        };
        task.on_start(note("start"))
            .on_ready(note("ready"))
            .on_stop(note("stop"))
            .on_error(note("error"))
            .on_restart(note("restart"))
            .on_dead(note("dead"))
    }

    /// Each run that was started has stopped, once, and nothing else has.
    pub(super) fn assert_balanced(&self) {
        let mut runs: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for note in self.notes() {
            let Some((what, (name, end))) =
                note.split_once(' ').and_then(|(what, run)| Some((what, run.split_once('#')?)))
            else {
                continue;
            };
            let run = format!("{name}#{}", end.split(' ').next().unwrap_or_default());
            match what {
                "start" => runs.entry(run).or_default().0 += 1,
                "stop" => runs.entry(run).or_default().1 += 1,
                _ => {}
            }
        }
        for (run, counts) in runs {
            assert_eq!(counts, (1, 1), "starts and stops of {run}: {:?}", self.notes());
        }
    }
}
