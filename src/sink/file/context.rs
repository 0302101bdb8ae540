//! What all files of a sink share: rules, the disk, the clock, and where troubles are told.

use core::cell::RefCell;
use core::time::Duration;
use std::format;
use std::io;
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::Arc;

use parking_lot::Mutex;

use super::disk::Disk;
use super::error::{Action, FileError, text};
use super::error_log::ErrorLog;
use super::keep::Keep;
use super::ledger::Ledger;
use super::names::Names;
use super::packer::Packer;
use super::schedule::{Period, Schedule};
use crate::clock::Clock;
use crate::record::Level;
use crate::sink::handoff::Handoff;
use crate::sync::plain::Ordering;

/// When a file is over and what of it stays.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) max_bytes: Option<u64>,
    pub(super) schedule: Option<Schedule>,
    pub(super) keep: Keep,
    pub(super) truncates: bool,
    pub(super) rotates_at_start: bool,
    pub(super) latest: Option<PathBuf>,
    pub(super) packs: bool,
    /// So many bytes are written at once; fewer are collected.
    pub(super) direct: usize,
    /// How long a file that could not be written rests before it is tried again.
    pub(super) pause: Duration,
    /// What the schedule's zone adds to UTC at a second.
    pub(super) offset: fn(i64) -> i32,
}

pub(super) struct Context {
    pub(super) rules: Rules,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) clock: Clock,
    pub(super) handoff: Arc<Handoff>,
    pub(super) errors: RefCell<ErrorLog>,
    /// Where it is noted how far the file has come.
    pub(super) ledger: RefCell<Option<Ledger>>,
    pub(super) packer: Packer,
    /// Held while old files change their names.
    pub(super) moves: Arc<Mutex<()>>,
}

const NS_PER_S: i64 = 1_000_000_000;

impl Context {
    pub(super) fn period(&self, second: i64) -> Option<Period> {
        self.rules.schedule.map(|schedule| schedule.period(second, self.rules.offset))
    }

    pub(super) fn mono_ns(&self) -> u64 {
        self.clock.sample().mono_ns
    }

    /// Seconds since 1970-01-01 UTC.
    pub(super) fn wall_s(&self) -> i64 {
        self.clock.sample().wall_ns.div_euclid(NS_PER_S)
    }

    /// Lets the link to the newest file lead to this one.
    pub(super) fn link(&self, names: &Names) {
        let Some(link) = &self.rules.latest else { return };
        let live = names.live();
        let target = match (live.file_name(), live.parent() == link.parent()) {
            (Some(name), true) => Path::new(name),
            _ => live,
        };
        if let Err(error) = self.disk.link(target, link) {
            self.trouble(&FileError::new(Action::Link, link, error));
        }
    }

    /// Notes something in the ledger, if there is one. Better a file that nobody will complete than
    /// one that is not written.
    pub(super) fn note(&self, names: &Names, note: impl FnOnce(&mut Ledger) -> io::Result<()>) {
        let ledger = &mut *self.ledger.borrow_mut();
        if let Some(Err(error)) = ledger.as_mut().map(note) {
            *ledger = None;
            self.trouble(&FileError::new(Action::Note, names.live(), error));
        }
    }

    /// Tells of something that failed and does not keep lines from being written.
    pub(super) fn trouble(&self, error: &FileError) {
        self.handoff.counts.errors.fetch_add(1, Ordering::Relaxed);
        if self.note_error(&text(error)) {
            self.handoff.tell(Level::Warn, text(error));
        }
    }

    /// Writes into the error log; false for what was written there last.
    pub(super) fn note_error(&self, message: &str) -> bool {
        self.errors.borrow_mut().note(self.disk.as_ref(), self.wall_s(), message)
    }

    pub(super) fn told_again(&self, path: &Path, seconds: u64) {
        let message: String = format!("{} is written again after {seconds} s", path.display());
        self.note_error(&message);
        self.handoff.tell(Level::Info, message);
    }
}
