//! What programs call states and the like. These words are part of the form.

use crate::supervise::status::{Health, Kind};
use crate::supervise::{Hold, State, Wanted};

pub(super) const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Once => "once",
        Kind::Task => "task",
        Kind::Blocking => "blocking",
        Kind::Local => "local",
        Kind::Group => "group",
    }
}

pub(super) const fn state_word(state: State) -> &'static str {
    match state {
        State::Stopped => "stopped",
        State::Waiting(_) => "waiting",
        State::Starting => "starting",
        State::Running => "running",
        State::Stopping => "stopping",
        State::Aborting => "aborting",
        State::Backoff => "backoff",
        State::Completed => "completed",
        State::Failed => "failed",
        State::Dead => "dead",
        State::Detached => "detached",
    }
}

pub(super) const fn hold_word(hold: Hold) -> &'static str {
    match hold {
        Hold::Group => "group",
        Hold::Dependency => "dependency",
        Hold::Schedule => "schedule",
        Hold::Condition => "condition",
    }
}

pub(super) const fn wanted_word(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Up => "up",
        Wanted::Down => "down",
        Wanted::Disabled => "disabled",
        Wanted::Removed => "removed",
    }
}

pub(super) const fn health_word(health: &Health) -> &'static str {
    match health {
        Health::Ok => "ok",
        Health::Degraded(_) => "degraded",
        Health::Late => "late",
        Health::Stalled => "stalled",
        Health::NoWaker => "no_waker",
    }
}
