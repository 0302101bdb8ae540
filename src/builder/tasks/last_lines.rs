//! Tracebacks of the program's tasks show what these wrote into the program's log.

use crate::builder::installed;
use crate::supervise::Supervisor;

pub(super) fn show(supervisor: &Supervisor) {
    supervisor.read_log_with(|lines| {
        let Some(stream) = installed::stream() else { return };
        let mut log = stream.newest_first();
        while log.next().is_some_and(|record| lines.offer(&record)) {}
    });
}
