//! The one log of the process: put in place as a whole or not at all.

use core::panic::Location;
use std::sync::OnceLock;

use parking_lot::Mutex;

use super::error::InitError;
use super::{Running, exit, log, panic, tracing};
use crate::stream::RingStream;

/// What stands behind the logger of `log`, once something does.
#[derive(Debug)]
pub(super) struct Installed {
    pub(super) running: Running,
    at: &'static Location<'static>,
}

pub(super) static INSTALLED: OnceLock<Installed> = OnceLock::new();

/// Held while a log is installed, so that of two threads one learns of the other.
static INSTALLING: Mutex<()> = Mutex::new(());

/// The program's log, once [`init`](crate::init) or its like has made it one.
#[must_use]
pub fn stream() -> Option<&'static RingStream> {
    INSTALLED.get().map(|installed| &installed.running.stream)
}

/// Installs what `start` starts, unless something is installed.
pub(super) fn install(
    start: impl FnOnce() -> Result<Running, InitError>,
    at: &'static Location<'static>,
) -> Result<&'static Running, InitError> {
    let _installing = INSTALLING.lock();
    if let Some(Installed { at, .. }) = INSTALLED.get() {
        return Err(InitError::AlreadyInstalled { at });
    }
    tracing::check()?;
    let running = start()?;
    // This order: an occupied `log` leaves `tracing` untouched, and what `log` knows of us is an
    // empty place that a later attempt can use.
    log::claim()?;
    tracing::claim(&running.stream)?;
    let installed = INSTALLED.get_or_init(|| Installed { running, at });
    log::set_max_level(&installed.running.stream);
    panic::flush_on_panic();
    exit::flush_at_end_of_thread();
    installed.running.kept.watch(exit::flush);
    Ok(&installed.running)
}
