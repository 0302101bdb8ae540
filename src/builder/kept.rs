//! The black box of a program's log.

#[cfg(feature = "tokio")]
mod told;

use std::boxed::Box;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::path::Path;
use std::string::ToString;
use std::sync::Arc;

use super::complete::complete_all;
use super::error::InitError;
use super::{Builder, Ringvisor};
use crate::black_box::{BlackBox, End, LastRun, Recorder, RecorderError, crash};
use crate::record::Level;
use crate::sink::{File, Notes};
use crate::stream::{Config, RingStream};

/// The box that is wished for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish(Option<BlackBox>);

/// The box that there is.
#[derive(Debug)]
pub(super) struct Kept(Option<Box<Recorder>>);

/// Target of the record that tells how the last run ended.
const TARGET: &str = "ringvisor::black_box";

impl Wish {
    /// Makes the log, in a box if one is wished for.
    pub(super) fn start(&self, config: Config) -> Result<(RingStream, Kept), InitError> {
        let Some(wish) = &self.0 else {
            return Ok((config.build().map_err(InitError::Ring)?, Kept(None)));
        };
        match Recorder::start(wish, config) {
            Ok((stream, recorder)) => Ok((stream, Kept(Some(recorder.into())))),
            Err(RecorderError::Ring(error)) => Err(InitError::Ring(error)),
            Err(RecorderError::Box(error)) => Err(InitError::BlackBox(error)),
        }
    }
}

impl Kept {
    /// Makes how the last run ended the first record of this one, and completes its files.
    pub(super) fn tell_last_run(&self, stream: &RingStream, files: &[File]) {
        let Some(last) = self.0.as_ref().and_then(|recorder| recorder.last_run()) else { return };
        let is_well = matches!(last.end, End::InOrder | End::Stopped { .. });
        let level = if is_well { Level::Info } else { Level::Warn };
        // Writing to the log does not fail.
        let _ = writeln!(stream.writer_at(level, TARGET), "{last}");
        for (level, told) in complete_all(last, files) {
            let _ = writeln!(stream.writer_at(level, TARGET), "{told}");
        }
    }

    /// Where a file may note how far it has come.
    pub(super) fn notes(&self, number: usize) -> Option<Arc<dyn Notes>> {
        let page = self.0.as_ref()?.notes().page(number as u64)?;
        Some(Arc::new(page))
    }

    /// Has the end of the process marked from here on; `at_exit` is called before.
    pub(super) fn watch(&'static self, at_exit: fn()) {
        if let Some(recorder) = &self.0 {
            crash::watch(recorder, at_exit);
        }
    }

    pub(super) fn mark_exit(&self) {
        if let Some(recorder) = &self.0 {
            recorder.mark_exit();
        }
    }

    /// Takes the mark of a panic back that the program has survived: the guard is dropped in order.
    pub(super) fn forget_panic(&self) {
        if let (Some(recorder), false) = (&self.0, std::thread::panicking()) {
            recorder.forget_panic();
        }
    }

    pub(super) fn mark_panic(&self, panic: &PanicHookInfo<'_>) {
        let Some(recorder) = &self.0 else { return };
        let is_main = std::thread::current().name() == Some("main");
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<std::string::String>().map(|s| &**s));
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        recorder.mark_panic(&std::format!("{place}: {}", text.unwrap_or("?")), is_main);
    }
}

impl Builder {
    /// Keeps the log in a file that outlives the process; see [`black_box`](crate::black_box).
    ///
    /// What is there is read first: the first record tells how the last run ended, and
    /// [`Ringvisor::last_run`] too. The boxes of some earlier runs are kept.
    pub fn black_box(mut self, place: impl Into<BlackBox>) -> Self {
        self.black_box = Wish(Some(place.into()));
        self
    }
}

impl Ringvisor {
    /// The file that the log is kept in, if it is.
    pub fn black_box(&self) -> Option<&Path> {
        self.running().kept.0.as_ref().map(|recorder| recorder.path())
    }

    /// How the last run ended, if there was one and the log is kept in a file.
    pub fn last_run(&self) -> Option<&LastRun> {
        self.running().kept.0.as_ref()?.last_run()
    }

    /// How often the file of the log could not be written to its disk.
    pub fn failed_syncs(&self) -> u64 {
        self.running().kept.0.as_ref().map_or(0, |recorder| recorder.failed_syncs())
    }

    /// Notes in the box that this signal asks the program to stop; the next run tells so. Signals
    /// that the program's handlers see are noted anyway: this is for one that blocks them and reads
    /// them otherwise.
    pub fn note_stop(&self, signal: i32) {
        if let Some(recorder) = &self.running().kept.0 {
            recorder.mark_stop(signal);
        }
    }
}
