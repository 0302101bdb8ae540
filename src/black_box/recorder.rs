//! A box that is written.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{BlackBoxError, BlackBoxReason};
use super::identity::{Identity, machine};
use super::keeper::Keeper;
use super::notes::Notes;
use super::page::{self, EXIT, PANIC, STOP, pack_text};
use super::place::Found;
use super::roster::{self, Change, Roster, Who};
use super::runs::LastRun;
use super::{BlackBox, crash};
use crate::clock::Clock;
use crate::ring::{GeometryError, Heap, Layout, Mapping, Storage, seal_size};
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
    notes: Notes,
    roster: Roster,
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
        let found = place.find(config.given_name()).map_err(RecorderError::Box)?;
        let path = found.path.clone();
        let started = Self::in_file(found, place, config, layout);
        started.map_err(|reason| RecorderError::Box(BlackBoxError::new(&path, reason)))
    }

    pub(super) fn in_file(
        found: Found,
        place: &BlackBox,
        config: Config,
        layout: Layout,
    ) -> Result<(RingStream, Self), BlackBoxReason> {
        let Found { path, file, last_run } = found;
        let (log, tasks) = (layout.bytes::<u64>(), roster::places(layout.bytes::<u64>()));
        let bytes = page::BYTES + log + roster::bytes(tasks);
        let mapping = Arc::new(Mapping::of(&file, bytes)?);
        let notes = Notes::make(&file, bytes)?;
        seal_size(&file);
        if place.lock {
            mapping.lock();
        }
        let heap = Heap::mapped(Arc::clone(&mapping), page::WORDS, layout);
        let heap = heap.ok_or(BlackBoxReason::Damaged)?;
        let page = mapping.words().get(..page::WORDS).ok_or(BlackBoxReason::Damaged)?;
        let clock = config.given_clock();
        identify(&heap, config.given_name(), &clock).write(page);
        crash::note_memory(page);
        let keeper = Keeper::start(Arc::clone(&mapping), clock, place.sync_every)?;
        let start = page::WORDS + log / size_of::<u64>();
        let roster = Roster::new(Arc::clone(&mapping), start, tasks, clock);
        page::stamp(page);
        let recorder = Self { path, mapping, clock, last_run, keeper, roster, notes, _file: file };
        Ok((config.build_in(heap), recorder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn last_run(&self) -> Option<&LastRun> {
        self.last_run.as_ref()
    }

    /// Where readers of this log keep notes.
    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
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

    /// Says what happens to a task.
    pub(crate) fn tell(&self, who: Who<'_>, change: Change<'_>) {
        self.roster.tell(who, change);
    }

    /// Says that the run ends in order.
    pub(crate) fn mark_exit(&self) {
        EXIT.write(self.page(), &[1, self.clock.ticks()]);
    }

    /// Says that a signal asked the program to stop, and that it listens.
    pub(crate) fn mark_stop(&self, signal: i32) {
        STOP.write(self.page(), &[signal as u64, self.clock.ticks()]);
    }

    /// Says that a thread panicked, which may be the end.
    pub(crate) fn mark_panic(&self, text: &str, is_main: bool) {
        let mut words = std::vec![self.clock.ticks(), is_main.into()];
        words.extend(pack_text(text, 78));
        PANIC.write(self.page(), &words);
    }

    /// Takes that back: it was not.
    pub(crate) fn forget_panic(&self) {
        PANIC.clear(self.page());
    }
}

/// Stamps the region, and says whose it is.
fn identify(heap: &Heap<u64>, name: &str, clock: &Clock) -> Identity {
    let (region, now, pid) = (heap.region(), clock.sample(), std::process::id());
    region.stamp(now.wall_ns as u64 ^ now.ticks ^ u64::from(pid) << 40);
    Identity {
        pid: pid.into(),
        started_ns: now.wall_ns,
        run: region.boot_id(),
        machine: machine(),
        layout: region.layout().to_words(),
        name: name.into(),
    }
}
