//! A box that is written.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{BlackBoxError, BlackBoxReason};
use super::file::claim;
use super::identity::{Identity, machine};
use super::keeper::Keeper;
use super::page::{self, EXIT, PANIC, STOP, pack_text};
use super::runs::LastRun;
use super::{BlackBox, crash, place};
use crate::clock::Clock;
use crate::ring::{GeometryError, Heap, Mapping, Storage};
use crate::stream::{Config, RingStream};
use crate::sync::AtomicU64;

/// The box of this process: its file, and what is told in it beside the log.
#[derive(Debug)]
pub(crate) struct Recorder {
    path: PathBuf,
    mapping: Arc<Mapping<u64>>,
    clock: Clock,
    last_run: Option<LastRun>,
    keeper: Keeper,
    /// Holds the lock.
    _file: File,
}

/// Why there is no log in a box.
#[derive(Debug)]
pub(crate) enum RecorderError {
    Ring(GeometryError),
    Box(BlackBoxError),
}

impl Recorder {
    /// Makes the box and the log in it.
    pub(crate) fn start(
        place: &BlackBox,
        config: Config,
    ) -> Result<(RingStream, Self), RecorderError> {
        let layout = config.layout().map_err(RecorderError::Ring)?;
        let path = match &place.path {
            Some(path) => path.clone(),
            None => place::default_path(config.given_name()).map_err(RecorderError::Box)?,
        };
        let (file, last_run) = claim(&path, place.keep).map_err(RecorderError::Box)?;
        let fails = |reason| RecorderError::Box(BlackBoxError::new(&path, reason));
        let bytes = page::BYTES + layout.bytes::<u64>();
        let mapping = Mapping::of(&file, bytes).map_err(|error| fails(error.into()))?;
        if place.lock {
            mapping.lock();
        }
        let mapping = Arc::new(mapping);
        let heap = Heap::mapped(Arc::clone(&mapping), page::WORDS, layout);
        let heap = heap.ok_or_else(|| fails(BlackBoxReason::Damaged))?;
        let clock = config.given_clock();
        let now = clock.sample();
        heap.region().stamp(now.wall_ns as u64 ^ now.ticks ^ u64::from(std::process::id()) << 40);
        let identity = Identity {
            pid: std::process::id().into(),
            started_ns: now.wall_ns,
            run: heap.region().boot_id(),
            machine: machine(),
            layout: layout.to_words(),
            name: config.given_name().into(),
        };
        let Some(page) = mapping.words().get(..page::WORDS) else {
            return Err(fails(BlackBoxReason::Damaged));
        };
        identity.write(page);
        crash::note_memory(page);
        let keeper = Keeper::start(Arc::clone(&mapping), clock, place.sync_every);
        let keeper = keeper.map_err(|error| fails(error.into()))?;
        page::stamp(page);
        let recorder = Self { path, mapping, clock, last_run, keeper, _file: file };
        Ok((config.build_in(heap), recorder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn last_run(&self) -> Option<&LastRun> {
        self.last_run.as_ref()
    }

    /// How often the file could not be written to its disk.
    pub(crate) fn failed_syncs(&self) -> u64 {
        self.keeper.failed()
    }

    pub(super) fn page(&self) -> &[AtomicU64] {
        self.mapping.words().get(..page::WORDS).unwrap_or_default()
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// Says that the run ends in order.
    pub(crate) fn mark_exit(&self) {
        EXIT.write(self.page(), &[1, self.clock.ticks()]);
    }

    /// Says that a signal asked the program to stop.
    pub(crate) fn mark_stop(&self, signal: i32) {
        STOP.write(self.page(), &[signal as u64, self.clock.ticks()]);
    }

    /// Says that a thread panicked, which may be the end.
    pub(crate) fn mark_panic(&self, text: &str, is_main: bool) {
        let mut words = std::vec![self.clock.ticks(), is_main.into()];
        words.extend(pack_text(text, 78));
        PANIC.write(self.page(), &words);
    }
}
