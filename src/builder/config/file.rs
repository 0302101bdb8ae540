//! The file: found, read, and taken apart into keys with their places.

use core::ops::Range;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigPlace, ConfigReason};
use crate::control::place::own_uid;

/// The longest file that is read, in bytes.
const MOST: u64 = 64 << 10;

/// A value, its key, and where both stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// With the tables around it: `ring.bytes`.
    pub(super) key: String,
    pub(super) text: String,
    place: ConfigPlace,
    /// Where the value stands.
    value: ConfigPlace,
}

impl Entry {
    pub(super) fn unknown(&self, nearest: Option<&'static str>) -> ConfigError {
        let reason = ConfigReason::UnknownKey { key: self.key.clone(), nearest };
        ConfigError::at(self.place.clone(), reason)
    }

    pub(super) fn wrong(&self, why: String) -> ConfigError {
        ConfigError::at(self.value.clone(), ConfigReason::Value { key: self.key.clone(), why })
    }
}

pub(super) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The file, if only this user and root could have written it. A link could be anybody's, to anything.
pub(super) fn open_trusted(path: &Path) -> Option<File> {
    let file = open_with(path, libc::O_NOFOLLOW).ok()?;
    let (about, uid) = (file.metadata().ok()?, own_uid().ok()?);
    let is_ours = about.is_file() && (about.uid() == uid || about.uid() == 0);
    (is_ours && about.mode() & 0o022 == 0).then_some(file)
}

/// The file, whoever has written it.
pub(super) fn open(path: &Path) -> Result<File, ConfigError> {
    open_with(path, 0).map_err(|error| ConfigError::file(path, ConfigReason::Io(error)))
}

/// A pipe of that name must not hold up the program.
fn open_with(path: &Path, flags: i32) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | flags).open(path)
}

/// What stands in a file, in its order.
pub(super) fn read(path: &Path, file: File) -> Result<Vec<Entry>, ConfigError> {
    let io = |error| ConfigError::file(path, ConfigReason::Io(error));
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MOST {
        return Err(ConfigError::file(path, ConfigReason::TooLong(MOST)));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let why = std::format!("it is not UTF-8 from byte {} on", error.utf8_error().valid_up_to());
        ConfigError::file(path, ConfigReason::Syntax(why))
    })?;
    Parsed { path, text: &text }.entries()
}

/// A file's text.
pub(super) struct Parsed<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Parsed<'_> {
    pub(super) fn entries(&self) -> Result<Vec<Entry>, ConfigError> {
        let table = DeTable::parse(self.text).map_err(|error| {
            let place = error.span().map_or(ConfigPlace::File(self.path.into()), |at| self.at(&at));
            ConfigError::at(place, ConfigReason::Syntax(error.message().to_string()))
        })?;
        let mut found = Vec::new();
        self.flatten("", table.get_ref(), &mut found)?;
        found.sort_by_key(|(at, _)| *at);
        Ok(found.into_iter().map(|(_, entry)| entry).collect())
    }

    /// Takes a table apart; the parser lets no more than 80 lie inside of each other.
    fn flatten(
        &self,
        prefix: &str,
        table: &DeTable<'_>,
        found: &mut Vec<(usize, Entry)>,
    ) -> Result<(), ConfigError> {
        for (name, value) in table {
            let (at, key) = (name.span(), std::format!("{prefix}{}", name.get_ref()));
            let entry = |text: String| Entry {
                key: key.clone(),
                text,
                place: self.at(&at),
                value: self.at(&value.span()),
            };
            let text = match value.get_ref() {
                DeValue::Table(table) => {
                    self.flatten(&std::format!("{key}."), table, found)?;
                    continue;
                }
                DeValue::String(text) => text.to_string(),
                DeValue::Boolean(is_so) => is_so.to_string(),
                DeValue::Integer(number) => number.to_string(),
                other => {
                    let why = "it takes a string, a whole number, true or false";
                    let why = std::format!("{why}, and no {}", other.type_str());
                    return Err(entry(String::new()).wrong(why));
                }
            };
            found.push((at.start, entry(text)));
        }
        Ok(())
    }

    /// A place in bytes as people count.
    fn at(&self, span: &Range<usize>) -> ConfigPlace {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or(before);
        ConfigPlace::Line {
            path: PathBuf::from(self.path),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}
