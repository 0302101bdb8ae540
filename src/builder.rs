//! From one line in `main` to a running log; the only module that knows everybody.

#[cfg(all(unix, target_has_atomic = "64"))]
mod complete;
#[cfg_attr(not(all(feature = "config", unix)), path = "builder/config/absent.rs")]
mod config;
#[cfg_attr(not(all(feature = "control", unix)), path = "builder/control/absent.rs")]
mod control;
#[cfg(all(feature = "control", unix))]
mod ctl;
mod error;
#[cfg_attr(not(unix), path = "builder/exit/absent.rs")]
mod exit;
mod installed;
#[cfg_attr(not(all(unix, target_has_atomic = "64")), path = "builder/kept/absent.rs")]
mod kept;
mod levels;
#[cfg_attr(not(feature = "log"), path = "builder/log/absent.rs")]
mod log;
mod panic;
#[cfg(feature = "tokio")]
mod status;
#[cfg(feature = "tokio")]
mod tasks;
pub mod test;
#[cfg_attr(not(feature = "tracing"), path = "builder/tracing/absent.rs")]
mod tracing;

#[cfg(test)]
mod tests;

use core::fmt;
use core::panic::Location;
use core::time::Duration;
use std::string::String;
use std::vec::Vec;

use crate::record::LevelFilter;
use crate::sink::{self, ColorChoice, Drained, File, Formats, Sink, Terminal};
use crate::stream::filter::Directives;
use crate::stream::{Config, RingStream, program};
use crate::sync::plain::{AtomicBool, Ordering};

#[cfg(all(unix, target_has_atomic = "64"))]
pub use complete::{CompleteError, complete};
#[cfg(all(feature = "config", unix))]
pub use config::{ConfigError, ConfigPlace, ConfigReason};
pub use error::InitError;
pub use installed::stream;
use kept::{Kept, Wish};
#[cfg(feature = "tokio")]
pub use status::{Status, status};
#[cfg(feature = "tokio")]
pub use tasks::{spawn, supervisor};

/// How long a dropped guard waits for its sinks.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long it waits if they were stuck the last time.
const GLANCE: Duration = Duration::from_millis(10);

/// Makes ringvisor this program's logger: what `log` and `tracing` write goes into a ring of 8 MiB,
/// DEBUG and up, and what is INFO and up to standard error as well.
///
/// Of the environment, `RUST_LOG` sets what goes to standard error, and so does `RINGVISOR_STDERR`,
/// which comes first; `RINGVISOR_RING` sets what goes into the ring. A record reaches standard error
/// out of the ring, so the ring's levels are raised to what standard error wants.
///
/// What was logged is written out when `main` returns, when a thread panics outside of a supervised
/// task, and when the thread that called this calls [`std::process::exit`]; at most a second is
/// spent on it. Where a platform does not run the destructors of the main thread (Windows; Linux
/// with musl), keep the guard that [`try_init`] returns instead. No safe code can act on
/// [`std::process::abort`] or on an exit by another thread: call [`Ringvisor::flush`] before.
///
/// ```
/// ringvisor::init();
/// log::info!("ready");
/// assert_eq!(ringvisor::stream().map(|ring| ring.stats().written), Some(1));
/// ```
///
/// # Panics
/// Whatever [`try_init`] returns as an error; for `main`, where there is nobody to return it to.
#[track_caller]
pub fn init() {
    // The sinks belong to the process; this guard would only flush what is empty.
    drop(builder(program()).init());
}

/// Like [`init`], but returns what is wrong, or a guard that flushes when it is dropped.
///
/// ```
/// use core::time::Duration;
///
/// let ringvisor = ringvisor::try_init()?;
/// log::info!("ready");
/// assert!(ringvisor.flush(Duration::from_secs(5)));
///
/// let error = ringvisor::try_init().unwrap_err();
/// assert!(error.to_string().contains("ringvisor itself"));
/// # Ok::<(), ringvisor::InitError>(())
/// ```
///
/// # Errors
/// Somebody else is installed, the environment holds a bad directive, or the system refuses memory
/// or threads. Nothing is installed then.
#[track_caller]
pub fn try_init() -> Result<Ringvisor, InitError> {
    builder(program()).try_init()
}

/// Begins to describe a log for the program of that name, which stands in each line.
pub fn builder(name: impl Into<String>) -> Builder {
    Builder {
        name: name.into(),
        config: Config::new(),
        ring: Directives::at(LevelFilter::Debug),
        stderr: Directives::at(LevelFilter::Info),
        stdout: Directives::at(LevelFilter::Off),
        format: Formats::default(),
        color: ColorChoice::Auto,
        black_box: Wish::default(),
        control: control::Control::default(),
        operator: config::Wish::default(),
        files: Vec::new(),
    }
}

/// What a log is to be.
///
/// Levels given here are defaults: the environment decides first, see [`init`].
///
/// ```
/// use ringvisor::record::LevelFilter;
///
/// let ringvisor = ringvisor::builder("orders")
///     .bytes(1 << 20)
///     .levels("debug,orders=trace".parse::<ringvisor::stream::filter::Directives>()?)
///     .stderr(LevelFilter::Off)
///     .build()?;
/// assert_eq!(ringvisor.stream().max_level(), LevelFilter::Trace);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    name: String,
    config: Config,
    ring: Directives,
    stderr: Directives,
    stdout: Directives,
    format: Formats,
    color: ColorChoice,
    black_box: Wish,
    control: control::Control,
    operator: config::Wish,
    files: Vec<File>,
}

impl Builder {
    /// Memory for records in bytes, see [`Config::bytes`].
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.config = self.config.bytes(bytes);
        self
    }

    /// Number of shards, see [`Config::shards`].
    pub fn shards(mut self, shards: usize) -> Self {
        self.config = self.config.shards(shards);
        self
    }

    /// Everything about the stream at once, but its name and its levels.
    pub fn stream_config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// What goes into the ring, DEBUG and up unless called; `RINGVISOR_RING` comes first. What a
    /// sink of this builder wants goes there too.
    pub fn levels(mut self, levels: impl Into<Directives>) -> Self {
        self.ring = levels.into();
        self
    }

    /// What goes to standard error, INFO and up unless called; `RINGVISOR_STDERR` and `RUST_LOG`
    /// come first. [`LevelFilter::Off`] keeps standard error clean whatever the environment says.
    pub fn stderr(mut self, levels: impl Into<Directives>) -> Self {
        self.stderr = levels.into();
        self
    }

    /// What goes to standard output, nothing unless called; `RINGVISOR_STDOUT` and `RUST_LOG` come
    /// first if it is something.
    pub fn stdout(mut self, levels: impl Into<Directives>) -> Self {
        self.stdout = levels.into();
        self
    }

    /// The form of lines on standard error and standard output, for all levels or for each.
    pub fn format(mut self, format: impl Into<Formats>) -> Self {
        self.format = format.into();
        self
    }

    /// Writes to a file too: a path, or a [`File`] that rotates. What the ring takes goes there unless
    /// the file says other levels, which then are let into the ring. Called again, to one more file.
    ///
    /// ```
    /// use ringvisor::sink::{File, Schedule};
    ///
    /// # let folder = std::env::temp_dir().join(format!("ringvisor-doc-b{}", std::process::id()));
    /// let ringvisor = ringvisor::builder("orders")
    ///     .file(File::new(folder.join("orders.log")).schedule(Schedule::daily()))
    ///     .build()?;
    /// # drop(ringvisor);
    /// # std::fs::remove_dir_all(folder).unwrap();
    /// # Ok::<(), ringvisor::InitError>(())
    /// ```
    pub fn file(mut self, file: impl Into<File>) -> Self {
        self.files.push(file.into());
        self
    }

    /// Whether the levels in these lines are coloured.
    pub fn color(mut self, color: ColorChoice) -> Self {
        self.color = color;
        self
    }

    /// Starts the log and its sinks, without making it the program's logger. Whoever owns a
    /// subscriber puts [`Ringvisor::stream`] into it as a layer.
    ///
    /// # Errors
    /// The environment holds a bad directive, or the system refuses memory or threads.
    pub fn build(self) -> Result<Ringvisor, InitError> {
        self.start().map(|running| Ringvisor { held: Held::Own(running) })
    }

    /// Starts the log and makes it the program's logger.
    ///
    /// # Panics
    /// Whatever [`Builder::try_init`] returns as an error.
    #[track_caller]
    pub fn init(self) -> Ringvisor {
        match self.try_init() {
            Ok(ringvisor) => ringvisor,
            Err(error) => panic!("ringvisor cannot start: {error}"),
        }
    }

    /// Starts the log and makes it the logger of `log` and `tracing`, each where its feature is on.
    ///
    /// The log then belongs to the process: it stays when the guard is dropped.
    ///
    /// # Errors
    /// As [`try_init`].
    #[track_caller]
    pub fn try_init(mut self) -> Result<Ringvisor, InitError> {
        self.control.is_of_program = true;
        let running = installed::install(|| self.start(), Location::caller())?;
        Ok(Ringvisor { held: Held::Installed(running) })
    }

    fn start(self) -> Result<Running, InitError> {
        let (this, told) = config::configured(self)?;
        let running = this.start_as_told()?;
        told.tell(&running.stream);
        Ok(running)
    }

    fn start_as_told(self) -> Result<Running, InitError> {
        let levels = levels::Wanted { ring: self.ring, stderr: self.stderr, stdout: self.stdout };
        let wanted = self.files.iter().filter_map(File::levels_wanted);
        let levels = if self.operator.is_fixed() { levels } else { levels.overridden_by_env()? }
            .raise_ring();
        let levels = wanted.fold(levels, levels::Wanted::raise_ring_to);
        let config = self.config.name(&self.name).levels(levels.ring);
        let (stream, kept) = self.black_box.start(config)?;
        let control = self.control.start(&self.name, &stream)?;
        let is_stuck = AtomicBool::new(false);
        let mut running = Running { stream, sinks: Vec::new(), kept, is_stuck, control };
        for (terminal, levels) in
            [(Terminal::stderr(), levels.stderr), (Terminal::stdout(), levels.stdout)]
        {
            if levels.max_level() > LevelFilter::Off {
                let terminal = terminal.name(&*self.name).levels(levels);
                let terminal = terminal.format(self.format.clone()).color(self.color);
                let sink = terminal.start(&running.stream).map_err(InitError::Thread)?;
                running.sinks.push(sink);
            }
        }
        running.kept.tell_last_run(&running.stream, &self.files);
        for (number, file) in self.files.into_iter().enumerate() {
            let file = file.note_in(running.kept.notes(number));
            let sink = file.start(&running.stream).map_err(InitError::File)?;
            running.sinks.push(sink);
        }
        Ok(running)
    }
}

/// A stream and the sinks that read it.
#[derive(Debug)]
struct Running {
    stream: RingStream,
    sinks: Vec<Sink>,
    kept: Kept,
    /// Whether the last words were in vain.
    is_stuck: AtomicBool,
    /// What answers for the program; it ends with this.
    #[cfg_attr(not(unix), allow(dead_code, reason = "nothing answers there"))]
    control: control::Answering,
}

impl Running {
    fn flush(&self, limit: Duration) -> bool {
        Sink::drain_all(&self.sinks, limit).is_complete
    }

    /// Flushes before what may be the end. Each panic is a possible end, and the end of a program
    /// has several parts, so only the first of them waits long for an output that is stopped.
    fn last_words(&self, limit: Duration) {
        let limit = if self.is_stuck.load(Ordering::Relaxed) { limit.min(GLANCE) } else { limit };
        let is_done = sink::last_words(&self.sinks, &self.stream, limit);
        self.is_stuck.store(!is_done, Ordering::Relaxed);
    }
}

/// A running log.
///
/// Dropping it writes out what was logged before; at most a second is spent on it, or on each sink
/// of a log that [`Builder::build`] returned, which ends with this.
#[must_use = "what was logged last is written out when this is dropped"]
pub struct Ringvisor {
    held: Held,
}

enum Held {
    Own(Running),
    Installed(&'static Running),
}

impl Ringvisor {
    /// The log itself.
    pub fn stream(&self) -> &RingStream {
        &self.running().stream
    }

    /// Waits until what was logged before this call has reached all outputs, at most for `limit`;
    /// tells whether it has.
    pub fn flush(&self, limit: Duration) -> bool {
        self.running().flush(limit)
    }

    /// The same as [`flush`](Self::flush) with an answer for people: `all records are written`, or how
    /// many are not.
    pub fn drain(&self, limit: Duration) -> Drained {
        Sink::drain_all(&self.running().sinks, limit)
    }

    /// Lets files be opened anew, see [`Sink::reopen`](crate::sink::Sink::reopen): what
    /// [`File::reopen_on_hangup`] does on SIGHUP.
    pub fn reopen(&self) {
        self.running().sinks.iter().for_each(Sink::reopen);
    }

    fn running(&self) -> &Running {
        match &self.held {
            Held::Own(running) => running,
            Held::Installed(running) => running,
        }
    }
}

impl Drop for Ringvisor {
    fn drop(&mut self) {
        match &self.held {
            // Its sinks are about to be dropped, and end.
            Held::Own(running) => {
                running.kept.mark_exit();
                running.last_words(LAST_WORDS);
            }
            Held::Installed(running) => {
                running.kept.forget_panic();
                running.last_words(LAST_WORDS);
            }
        }
    }
}

impl fmt::Debug for Ringvisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Running { stream, sinks, .. } = self.running();
        f.debug_struct("Ringvisor").field("stream", stream).field("sinks", sinks).finish()
    }
}
