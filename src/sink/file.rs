//! Files that rotate.
//!
//! What is decided is pure: [`schedule`] says when a file's time is over, [`names`] what old files
//! are called, [`keep`] which of them stay. What is done goes through one seam, [`disk`]. [`live`] is
//! one file, [`files`] all files of a sink.
//!
//! While a file cannot be written its lines wait: in the sink's lanes, then in the ring, and what
//! does not fit there is counted and told in its place once the file can be written again. A line is
//! whole in one file or not there at all.

mod complete;
mod context;
mod disk;
mod error;
mod error_log;
mod files;
#[cfg_attr(not(unix), path = "file/hangup/absent.rs")]
mod hangup;
mod keep;
mod ledger;
mod live;
mod names;
#[cfg_attr(not(feature = "gzip"), path = "file/packer/absent.rs")]
mod packer;
mod rotation;
mod schedule;

#[cfg(all(test, feature = "log"))]
mod tests;

use core::cell::RefCell;
use core::time::Duration;
use std::format;
use std::io;
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::Arc;

use super::Sink;
use super::flood::Flood;
use super::formats::Formats;
use super::handoff::Handoff;
use super::lanes::Lanes;
use super::pump::{Pump, Way};
use super::route::{Route, Table};
use crate::clock::Clock;
use crate::record::{Level, Record, Template, Zone};
use crate::stream::RingStream;
use crate::stream::filter::Directives;
use complete::absolute;
use context::{Context, Rules};
use disk::{Disk, Real};
use error::{Action, failed};
use error_log::ErrorLog;
use files::{Files, Place};
use ledger::Ledger;
use packer::Packer;

pub use complete::Completed;
pub use error::FileError;
pub use keep::Keep;
pub(crate) use ledger::{BYTES as NOTES_BYTES, Notes};
pub use schedule::{ParseScheduleError, Schedule};

/// How long a file that could not be written rests before it is tried again.
const PAUSE: Duration = Duration::from_millis(200);
/// Bytes that go to a single file at once.
const DIRECT: usize = 4 << 10;
/// The same where there are many files, of which each has a buffer.
const DIRECT_ROUTED: usize = 8 << 10;

/// A sink that writes to a file, and begins a new one by size or by time, whichever comes first.
///
/// The file's folder is made. The file is appended to, and old ones get a name behind its own:
/// `app.log.1` is younger than `app.log.2` where only the size counts, and with a schedule the time
/// that a file holds is its name, `app.log.2027-03-28`, and `app.log.2027-03-28.1` for the next of the
/// same day. No old file is ever overwritten; [`keep`](Self::keep) says which of them go.
///
/// Another program may move or remove the file: the next line goes into a new one of the old name. A
/// disk that is full, a folder that has vanished, a permission that was revoked: one record in the log
/// tells it, lines wait, and the sink goes on by itself when it can. What is lost meanwhile is counted
/// and told in its place.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::RingStream;
/// use ringvisor::sink::{File, Keep, Schedule};
///
/// # let folder = std::env::temp_dir().join(format!("ringvisor-doc-{}", std::process::id()));
/// let stream = RingStream::with_bytes(1 << 20)?;
/// let file = File::new(folder.join("app.log"))
///     .max_bytes(10 << 20)
///     .schedule(Schedule::daily())
///     .keep(Keep::files(7))
///     .start(&stream)?;
/// assert!(file.flush(Duration::from_secs(5)));
/// # drop(file);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is written before it is started"]
pub struct File {
    path: PathBuf,
    prefix: String,
    suffix: String,
    is_delayed: bool,
    reopens_on_hangup: bool,
    rules: Rules,
    handles: usize,
    error_log: Option<PathBuf>,
    route: Option<Route>,
    is_json: bool,
    levels: Option<Directives>,
    pump: Pump,
    notes: Option<Arc<dyn Notes>>,
}

impl File {
    /// A file of that path, appended to. Its name may hold what a [`Template`] may: of `{pid}` or
    /// `%TIMENOW%` each run of a program gets a file of its own.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let rules = Rules {
            max_bytes: None,
            schedule: None,
            keep: Keep::default(),
            truncates: false,
            rotates_at_start: false,
            latest: None,
            packs: false,
            direct: DIRECT,
            pause: PAUSE,
            offset: |_| 0,
        };
        Self {
            path: path.into(),
            prefix: String::new(),
            suffix: String::new(),
            is_delayed: false,
            reopens_on_hangup: false,
            rules,
            handles: 64,
            error_log: None,
            route: None,
            is_json: false,
            levels: None,
            pump: Pump::new("file"),
            notes: None,
        }
    }

    /// Begins a new file before this one would exceed `bytes`; a line that is longer by itself gets
    /// a file for itself.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.rules.max_bytes = Some(bytes);
        self
    }

    /// Begins a new file with the first record of another time.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.rules.schedule = Some(schedule);
        self.rules.offset = match schedule.zone() {
            Zone::Utc => |_| 0,
            Zone::Local => |second| Zone::Local.offset_s(second),
        };
        self
    }

    /// How much of the past stays; thirty old files unless called.
    pub fn keep(mut self, keep: Keep) -> Self {
        self.rules.keep = keep;
        self
    }

    /// Compresses old files, on a thread of its own.
    #[cfg(feature = "gzip")]
    pub fn gzip(mut self) -> Self {
        self.rules.packs = true;
        self
    }

    /// Begins with an empty file instead of appending to what an earlier run wrote.
    pub fn truncate(mut self) -> Self {
        self.rules.truncates = true;
        self
    }

    /// Puts what an earlier run wrote aside, so that each run has a file of its own.
    pub fn rotate_at_start(mut self) -> Self {
        self.rules.rotates_at_start = true;
        self
    }

    /// Opens the file with the first line, so that without lines there is no file.
    pub fn delay(mut self) -> Self {
        self.is_delayed = true;
        self
    }

    /// Opens the file anew when the process receives SIGHUP, which then no longer ends it; a handler
    /// that the program has installed before is called too. A file that was moved is found out
    /// without it, but only by the next line, and until then the old one is held open.
    ///
    /// For `logrotate`: `postrotate`, `kill -HUP` with the program's number, `endscript`. Programs that
    /// this one starts are ended by a hangup then, also under `nohup`.
    pub fn reopen_on_hangup(mut self) -> Self {
        self.reopens_on_hangup = true;
        self
    }

    /// Writes `prefix.` in front of the name.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Writes `.suffix` behind the name, in front of the extension.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = suffix.into();
        self
    }

    /// Keeps a symbolic link that leads to the file which was opened last.
    pub fn latest(mut self, link: impl Into<PathBuf>) -> Self {
        self.rules.latest = Some(link.into());
        self
    }

    /// A file in which it stands when and why the log could not be written, repeats left out. It is
    /// best on another disk.
    pub fn error_log(mut self, path: impl Into<PathBuf>) -> Self {
        self.error_log = Some(path.into());
        self
    }

    /// Spreads records over several files.
    pub fn route(mut self, route: Route) -> Self {
        self.route = Some(route);
        self
    }

    /// How many files are held open at once where records are spread, 64 unless called, at least 1.
    pub fn handles(mut self, most: usize) -> Self {
        self.handles = most.max(1);
        self
    }

    /// The program's name in text lines; the stream's unless called.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.pump = self.pump.program(name);
        self
    }

    /// Which records are written, of those that the stream's own levels let into the ring;
    /// everything unless called.
    pub fn levels(mut self, levels: impl Into<Directives>) -> Self {
        let levels = levels.into();
        self.pump = self.pump.levels(levels.clone());
        self.levels = Some(levels);
        self
    }

    /// The form of lines, for all levels or for each.
    pub fn format(mut self, formats: impl Into<Formats>) -> Self {
        let formats = formats.into();
        self.is_json = formats.is_json();
        self.pump = self.pump.format(formats);
        self
    }

    /// Which lines go first when the disk cannot keep up.
    pub fn lanes(mut self, lanes: Lanes) -> Self {
        self.pump = self.pump.lanes(lanes);
        self
    }

    /// How much one call site may say; as much as it wants unless called.
    pub fn flood(mut self, flood: Flood) -> Self {
        self.pump = self.pump.flood(flood);
        self
    }

    /// Loses nothing, at a price: whoever logs waits while the disk is behind, see
    /// [`Pump::lossless`].
    pub fn lossless(mut self, patience: Duration) -> Self {
        self.pump = self.pump.lossless(patience);
        self
    }

    /// What is to be written, where that was said.
    pub(crate) const fn levels_wanted(&self) -> Option<&Directives> {
        self.levels.as_ref()
    }

    /// Notes there how far the file has come, so that another process can complete it.
    pub(crate) fn note_in(mut self, notes: Option<Arc<dyn Notes>>) -> Self {
        self.notes = notes;
        self
    }

    /// Whether it is one file, which can be completed, and is gone on with.
    pub(crate) const fn is_completed(&self) -> bool {
        self.route.is_none() && !self.rules.truncates
    }

    /// Starts to write the records that come from now on.
    ///
    /// # Errors
    /// The file cannot be opened, unless it is [delayed](Self::delay); a thread cannot be started.
    pub fn start(self, stream: &RingStream) -> Result<Sink, FileError> {
        self.start_on(stream, Arc::new(Real))
    }

    fn start_on(mut self, stream: &RingStream, disk: Arc<dyn Disk>) -> Result<Sink, FileError> {
        let path = named(&self.path, stream)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let table = Table::new(&name);
        let place = self.place(&path);
        self.rules.direct = if place.is_routed { DIRECT_ROUTED } else { DIRECT };
        let ledger = self.ledger(&place.path(&name), stream);
        let mut opened = Ok(());
        let drain = |handoff: Arc<Handoff>| {
            let (ledger, refused) =
                ledger.map_or_else(|error| (None, Some(error)), |it| (it, None));
            let context = self.context(disk, stream.clock(), handoff, ledger);
            if let Some(error) = refused {
                context.trouble(&FileError::new(Action::Note, &path, error));
            }
            let mut files = Files::new(context, place, table.clone(), self.is_json);
            if !self.is_delayed {
                opened = files.open();
            }
            files
        };
        let way = Way { route: self.route.clone(), table: table.clone() };
        let pump = self.pump.clone();
        let mut sink = pump.drain(stream, way, drain).map_err(failed(Action::Start, &path))?;
        opened?;
        sink.name = format!("{}", path.display());
        if self.reopens_on_hangup {
            hangup::watch(&sink.handoff).map_err(failed(Action::Start, &path))?;
        }
        Ok(sink)
    }

    /// The ledger of one file; where there are many, none of them can be completed.
    fn ledger(&self, path: &Path, stream: &RingStream) -> io::Result<Option<Ledger>> {
        let Some(notes) = self.notes.clone().filter(|_| self.route.is_none()) else {
            return Ok(None);
        };
        let paths = [&self.path, path].map(absolute);
        let start = stream.cursor_at_end().position();
        Ledger::begin(
            notes,
            paths.each_ref().map(|path| &**path),
            self.pump.lane_count(),
            start.numbers(),
        )
    }

    fn context(
        &self,
        disk: Arc<dyn Disk>,
        clock: Clock,
        handoff: Arc<Handoff>,
        ledger: Option<Ledger>,
    ) -> Context {
        let rules = self.rules.clone();
        let moves = Arc::default();
        let packer = match rules.packs {
            true => Packer::start(&disk, &moves, &handoff),
            false => Packer::none(),
        };
        let errors = RefCell::new(ErrorLog::new(self.error_log.clone()));
        let ledger = RefCell::new(ledger);
        Context { rules, disk, clock, handoff, errors, ledger, packer, moves }
    }

    fn place(&self, path: &Path) -> Place {
        let dot = |text: &str| if text.is_empty() { String::new() } else { format!("{text}.") };
        let extension = path.extension().map(|extension| extension.to_string_lossy());
        let extension = extension.map_or(String::new(), |extension| format!(".{extension}"));
        let suffix =
            if self.suffix.is_empty() { String::new() } else { format!(".{}", self.suffix) };
        Place {
            dir: path.parent().unwrap_or(Path::new("")).into(),
            before: dot(&self.prefix),
            behind: format!("{suffix}{extension}"),
            handles: self.handles,
            is_routed: self.route.is_some(),
        }
    }
}

impl<P: Into<PathBuf>> From<P> for File {
    fn from(path: P) -> Self {
        Self::new(path)
    }
}

/// The path with its placeholders filled in.
fn named(path: &Path, stream: &RingStream) -> Result<PathBuf, FileError> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Err(FileError::new(Action::Name, path, io::ErrorKind::InvalidInput.into()));
    };
    if !name.contains(['{', '%']) {
        return Ok(path.into());
    }
    let template: Template = name.parse().map_err(|error: crate::record::TemplateError| {
        FileError::new(Action::Name, path, io::Error::new(io::ErrorKind::InvalidInput, error))
    })?;
    let mut record = Record::new(Level::Info, "", "");
    let now = stream.clock().sample();
    record.time.wall_ns = now.wall_ns;
    record.time.mono_ns = now.mono_ns;
    let mut text = String::new();
    // A `String` takes everything.
    let _ = super::identity::sign(template, stream.name()).render(&record, &mut text);
    Ok(path.with_file_name(text.replace(['/', '\\'], "_")))
}
