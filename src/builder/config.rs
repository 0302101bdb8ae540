//! What an operator may want to be otherwise: `ringvisor.toml`, and variables of the environment.

mod error;
mod file;
mod knobs;

use core::fmt::Write;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use super::{Builder, InitError};
use crate::pattern::typo;
use crate::record::Level;
use crate::sink::File;
use crate::stream::RingStream;
pub use error::{ConfigError, ConfigPlace, ConfigReason};
use file::Entry;
use knobs::{KNOBS, Knob};

/// The variable that names a file, or is `off`.
const VARIABLE: &str = "RINGVISOR_CONFIG";
/// The file that is looked for otherwise, where the program was started.
const NAME: &str = "ringvisor.toml";
/// Variables that are read elsewhere.
const OTHERS: [&str; 7] = [
    VARIABLE,
    "RINGVISOR_OUTPUT",
    "RINGVISOR_PAGER",
    "RINGVISOR_RING",
    "RINGVISOR_SOCKET",
    "RINGVISOR_STDERR",
    "RINGVISOR_STDOUT",
];
/// Under which target it is told what was read.
const TARGET: &str = "ringvisor::config";

/// Whether a builder may be told otherwise, and where from.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    path: Option<PathBuf>,
    is_fixed: bool,
    /// The operator's log file, as far as it is described.
    file: Option<File>,
}

/// What has to be told as soon as there is a log.
#[derive(Debug, Default)]
pub(super) struct Told(Vec<(Level, String)>);

impl Wish {
    /// Whatever others want, nothing changes.
    pub(super) fn fixed() -> Self {
        Self { is_fixed: true, ..Self::default() }
    }

    pub(super) const fn is_fixed(&self) -> bool {
        self.is_fixed
    }
}

impl Builder {
    /// Reads this file for what an operator wants to be otherwise, in place of `ringvisor.toml` where
    /// the program was started, which need not be there. `RINGVISOR_CONFIG` comes first: a path, or
    /// `off`.
    ///
    /// What the code says is the default, the file comes before it, and the environment before both.
    /// A key that is unknown or a value that makes no sense is an error that says where it stands.
    ///
    /// | key | variable | what it takes |
    /// |---|---|---|
    /// | `ring.levels` | `RINGVISOR_RING` | what goes into the ring: `debug,hyper=warn` |
    /// | `ring.bytes` | `RINGVISOR_RING_BYTES` | a size: `64 MiB` |
    /// | `ring.shards` | `RINGVISOR_RING_SHARDS` | a number |
    /// | `stderr.levels` | `RINGVISOR_STDERR` | levels; without effect where the code says off |
    /// | `stdout.levels` | `RINGVISOR_STDOUT` | the same |
    /// | `lines.format` | `RINGVISOR_FORMAT` | `text`, `json`, or a template: of both of these |
    /// | `lines.color` | `RINGVISOR_COLOR` | `auto`, `always`, `never` |
    /// | `file.path` | `RINGVISOR_FILE` | one more log file |
    /// | `file.levels` | `RINGVISOR_FILE_LEVELS` | levels |
    /// | `file.format` | `RINGVISOR_FILE_FORMAT` | as that of the lines |
    /// | `file.max_bytes` | `RINGVISOR_FILE_MAX_BYTES` | a size at which the next file begins |
    /// | `file.schedule` | `RINGVISOR_FILE_SCHEDULE` | when it begins: `midnight`, `H`, `W0` |
    /// | `file.keep` | `RINGVISOR_FILE_KEEP` | how many old files stay |
    /// | `black_box.path` | `RINGVISOR_BLACK_BOX` | the file that outlives the process |
    /// | `control.socket` | `RINGVISOR_SOCKET` | a path, or `off` |
    /// | `control.tcp` | `RINGVISOR_TCP` | a loopback address: `127.0.0.1:9180` |
    /// | `control.read_only` | `RINGVISOR_READ_ONLY` | `true`: nothing can be changed at the socket |
    /// | `dump.directory` | `RINGVISOR_DUMP` | where SIGUSR1 writes dumps |
    ///
    /// The file may have 64 KiB. One that lies where the program was started and was not asked for is
    /// read only if it belongs to this user or to root and nobody else can write it. Variables are
    /// read for a log that becomes the program's, or one of which a file was named here.
    ///
    /// ```
    /// # let folder = std::env::temp_dir().join(format!("ringvisor-doc-config{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("orders.toml");
    /// std::fs::write(&path, "[ring]\nlevels = 'trace'\nbits = '1 MiB'\n")?;
    /// let error = ringvisor::builder("orders").config(&path).build().unwrap_err();
    /// assert!(error.to_string().ends_with(
    ///     "orders.toml:3:1: there is no key ring.bits; did you mean ring.bytes?"
    /// ));
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.operator.path = Some(path.into());
        self
    }

    /// What the code says holds: no file is read and no variable, `RUST_LOG` included.
    pub fn fixed(mut self) -> Self {
        self.operator.is_fixed = true;
        self.control.is_fixed = true;
        self
    }
}

/// The builder as the operator wants it.
pub(super) fn configured(builder: Builder) -> Result<(Builder, Told), InitError> {
    configured_by(builder, |name| env::var_os(name)).map_err(InitError::Config)
}

fn configured_by(
    builder: Builder,
    var: impl Fn(&str) -> Option<OsString>,
) -> Result<(Builder, Told), ConfigError> {
    let mut told = Told::default();
    let is_asked = builder.control.is_of_program || builder.operator.path.is_some();
    if builder.operator.is_fixed || !is_asked {
        return Ok((builder, told));
    }
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    let entries = told.entries(&builder.operator, set(VARIABLE))?;
    told.mistyped();
    let builder = apply(builder, &entries, set)?;
    Ok((builder, told))
}

/// Turns every knob that somebody has set.
fn apply(
    mut builder: Builder,
    entries: &[Entry],
    set: impl Fn(&str) -> Option<OsString>,
) -> Result<Builder, ConfigError> {
    let is_unknown = |entry: &&Entry| KNOBS.iter().all(|knob| knob.key != entry.key);
    if let Some(entry) = entries.iter().find(is_unknown) {
        return Err(
            entry.unknown(typo::nearest(&entry.key, KNOBS.iter().map(|knob| knob.key), 1).pop())
        );
    }
    for knob in KNOBS {
        if let Some(value) = knob.variable.and_then(&set) {
            builder = knob.turn_by_variable(builder, &value)?;
        } else if let Some(entry) = entries.iter().find(|entry| entry.key == knob.key) {
            builder = (knob.turn)(builder, &entry.text).map_err(|why| entry.wrong(why))?;
        }
    }
    builder.files.extend(builder.operator.file.take());
    Ok(builder)
}

impl Knob {
    fn turn_by_variable(&self, builder: Builder, value: &OsStr) -> Result<Builder, ConfigError> {
        let wrong = |why| ConfigError::variable(self, value, why);
        let text = value.to_str().ok_or_else(|| wrong("it is not UTF-8".to_string()))?;
        (self.turn)(builder, text).map_err(wrong)
    }
}

impl Told {
    /// What stands in the file, if there is one.
    fn entries(&mut self, wish: &Wish, named: Option<OsString>) -> Result<Vec<Entry>, ConfigError> {
        if named.as_ref().is_some_and(|named| named == "off") {
            return Ok(Vec::new());
        }
        let named = named.map(PathBuf::from).or_else(|| wish.path.clone());
        let path = named.as_deref().unwrap_or(Path::new(NAME));
        let trusted = match named {
            Some(_) => Some(file::open(path)?),
            None if !file::is_there(path) => return Ok(Vec::new()),
            None => file::open_trusted(path),
        };
        let Some(file) = trusted else {
            let text = std::format!(
                "{NAME} is not read: others can write it, or it is a link; set {VARIABLE} to its path if it is meant"
            );
            self.0.push((Level::Warn, text));
            return Ok(Vec::new());
        };
        let entries = file::read(path, file)?;
        self.0.push((Level::Info, std::format!("read {}", path.display())));
        Ok(entries)
    }

    /// Variables that look like ours and are none.
    fn mistyped(&mut self) {
        let known = || KNOBS.iter().filter_map(|knob| knob.variable).chain(OTHERS);
        let set = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in set.filter(|name| name.starts_with("RINGVISOR_")) {
            if known().any(|known| known == name) {
                continue;
            }
            if let Some(near) = typo::nearest(&name, known(), 1).pop() {
                let text = std::format!("there is no variable {name}; did you mean {near}?");
                self.0.push((Level::Warn, text));
            }
        }
    }

    /// Writes it down.
    pub(super) fn tell(&self, stream: &RingStream) {
        for (level, text) in &self.0 {
            // A writer never fails.
            _ = write!(stream.writer_at(*level, TARGET), "{text}");
        }
    }
}

/// Where the operator wants the socket, for whoever is about to ask there.
pub(super) fn socket(builder: &Builder) -> Option<OsString> {
    let mut asked = builder.clone();
    asked.control.is_of_program = true;
    // Whoever asks can do without; the program that is asked has told what is wrong.
    let (configured, _) = configured(asked).ok()?;
    configured.control.place.filter(|place| place != "off")
}

#[cfg(test)]
mod tests;
