//! A folder for one test, a stream with a clock that stands still, and what is in the files.

use core::time::Duration;
use std::boxed::Box;
use std::format;
use std::fs;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use log::{Level, Log, Record};

use crate::clock::{Clock, Manual};
use crate::record::Template;
use crate::sink::{File, Sink};
use crate::stream::{Config, RingStream};
use crate::sync::plain::{AtomicU32, Ordering};

/// Far more than anything here takes.
pub(super) const LONG: Duration = Duration::from_secs(60);

/// A folder that is removed in the end.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ringvisor-files-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file whose lines are the messages.
    pub(super) fn file(&self, name: &str) -> File {
        File::new(self.path(name)).format("{message}".parse::<Template>().unwrap())
    }

    /// Names of all files, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        names(&self.0)
    }

    pub(super) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(ToString::to_string).collect()
    }
}

pub(super) fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A stream, and the clock that dates its records.
pub(super) fn timed() -> (RingStream, &'static Manual) {
    let clock: &'static Manual = Box::leak(Box::new(Manual::new()));
    let config = Config::new().bytes(1 << 20).shards(1).clock(Clock::manual(clock));
    (config.build().unwrap(), clock)
}

pub(super) fn say(stream: &RingStream, message: &str) {
    say_to(stream, Level::Info, "tests", message);
}

pub(super) fn say_to(stream: &RingStream, level: Level, target: &str, message: &str) {
    let mut record = Record::builder();
    stream.log(&record.level(level).target(target).args(format_args!("{message}")).build());
}

/// Logs and waits until it is in the file.
pub(super) fn write(stream: &RingStream, sink: &Sink, message: &str) {
    say(stream, message);
    assert!(sink.flush(LONG), "{:?}", sink.stats());
}
