//! The place in `log`.

use log::{Log, Metadata, Record};

use super::error::InitError;
use super::installed::INSTALLED;
use crate::stream::RingStream;
use crate::sync::plain::{AtomicBool, Ordering};

/// The logger that `log` knows: the installed stream, or nothing as long as there is none.
struct Place;

static PLACE: Place = Place;

/// Whether `log` knows [`PLACE`].
static IS_OURS: AtomicBool = AtomicBool::new(false);

impl Log for Place {
    #[inline]
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        INSTALLED.get().is_some_and(|installed| installed.running.stream.enabled(metadata))
    }

    #[inline]
    fn log(&self, record: &Record<'_>) {
        if let Some(installed) = INSTALLED.get() {
            installed.running.stream.log(record);
        }
    }

    fn flush(&self) {
        if let Some(installed) = INSTALLED.get() {
            installed.running.flush(super::LAST_WORDS);
        }
    }
}

/// Takes the place, if nobody has it. The caller holds the lock of the installation.
pub(super) fn claim() -> Result<(), InitError> {
    if !IS_OURS.load(Ordering::Relaxed) {
        log::set_logger(&PLACE).map_err(|_| InitError::LoggerAlreadySet)?;
        IS_OURS.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// From here on records arrive, and changes of levels are told to `log`.
pub(super) fn set_max_level(stream: &RingStream) {
    stream.mark_installed_as_logger();
    log::set_max_level(stream.max_level().into());
}
