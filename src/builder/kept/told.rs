//! EventKind happens to tasks, for their places in the box.

use std::string::{String, ToString};

use super::Kept;
use crate::black_box::{Change, Failed, Who};
use crate::supervise::{Outcome, State, TaskEvent, TaskEventKind};

impl Kept {
    /// Writes down what happened to a task of the program's supervisor.
    pub(in crate::builder) fn tell_of(&self, event: &TaskEvent) {
        let Some(recorder) = &self.0 else { return };
        let (id, run) = (event.task(), event.run);
        let who = Who { id, run, name: event.name(), is_plain: event.is_plain() };
        let change = match event.kind {
            TaskEventKind::Started { attempt } => Change::Started { attempt },
            TaskEventKind::Ready => Change::State(State::Running),
            TaskEventKind::Stopping => Change::State(State::Stopping),
            TaskEventKind::Aborting => Change::State(State::Aborting),
            TaskEventKind::Restarting { .. } => Change::State(State::Backoff),
            TaskEventKind::Dead => Change::State(State::Dead),
            TaskEventKind::Detached => Change::State(State::Detached),
            TaskEventKind::Removed => Change::Forgotten,
            TaskEventKind::Ended { outcome } => {
                let (what, message) = failure(event);
                let failed = Failed { what: &what, message: &message };
                let failure =
                    (!message.is_empty() || outcome == Outcome::Panicked).then_some(failed);
                return recorder.tell(who, Change::Ended { outcome, failure });
            }
            _ => return,
        };
        recorder.tell(who, change);
    }
}

/// Which failure it is and what it says; empty where there is none.
fn failure(event: &TaskEvent) -> (String, String) {
    match (event.panic(), event.error()) {
        (Some(panic), _) => (panic.location.clone().unwrap_or_default(), panic.message.clone()),
        (None, Some(error)) => (error.class.into(), error.to_string()),
        (None, None) => Default::default(),
    }
}
