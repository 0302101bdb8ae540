//! What becomes of tasks, told to the log.

use log::{debug, error, info, warn};

use crate::supervise::State;
use crate::supervise::embassy::{Told, What};

/// Writes what becomes of a task to the program's logger: errors and failures as warnings, giving
/// up as an error, the rest as information or less. To be named in [`tasks!`](crate::tasks).
pub fn journal(told: &Told<'_>) {
    let name = told.name;
    match told.what {
        What::Started { run } => debug!("{name}: run {run}"),
        What::Error(why) => warn!("{name}: {why}"),
        What::Finished { run, outcome } => info!("{name}: run {run} {outcome:?}"),
        What::Changed(State::Dead) => error!("{name}: given up"),
        What::Changed(_) => {}
        What::GivesUp => error!("{name}: the board has to begin anew"),
    }
}
