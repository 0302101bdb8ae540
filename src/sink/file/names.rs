//! What files are called: the one that is written, and those that were.

use core::cmp::Ordering;
use std::ffi::OsString;
use std::format;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};

/// The longest number of a file: beyond it nobody counts.
const DIGITS: usize = 9;

/// A live file and the names derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    path: PathBuf,
    dir: PathBuf,
    /// The live file's name in its folder.
    base: String,
}

/// An old file, as its name tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Old {
    pub(super) mark: Mark,
    pub(super) is_packed: bool,
}

/// What tells old files apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// 1 is the youngest: `app.log.1`.
    Number(u32),
    /// The time that it holds; of several for the same time 0 is the oldest: `app.log.2027-03-28`,
    /// then `app.log.2027-03-28.1`.
    Stamp(String, u32),
}

impl Names {
    pub(super) fn new(path: &Path) -> Self {
        let base = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        Self { path: path.into(), dir: dir.unwrap_or(Path::new(".")).into(), base }
    }

    /// The file that is written.
    pub(super) fn live(&self) -> &Path {
        &self.path
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn old(&self, old: &Old) -> PathBuf {
        let packed = if old.is_packed { ".gz" } else { "" };
        self.beside(&match &old.mark {
            Mark::Number(number) => format!(".{number}{packed}"),
            Mark::Stamp(stamp, 0) => format!(".{stamp}{packed}"),
            Mark::Stamp(stamp, nth) => format!(".{stamp}.{nth}{packed}"),
        })
    }

    /// The live file's path with something behind it.
    pub(super) fn beside(&self, behind: &str) -> PathBuf {
        let mut path = OsString::from(&self.path);
        path.push(behind);
        path.into()
    }

    /// What old file of ours `name` is; `None` for any other file.
    pub(super) fn parse(&self, name: &str) -> Option<Old> {
        let rest = name.strip_prefix(self.base.as_str())?.strip_prefix('.')?;
        let (mark, is_packed) = match rest.strip_suffix(".gz") {
            Some(mark) => (mark, true),
            None => (rest, false),
        };
        let mark = match mark.split_once('.') {
            Some((stamp, nth)) if is_stamp(stamp) => {
                Mark::Stamp(stamp.to_string(), number(nth).filter(|nth| *nth > 0)?)
            }
            None if is_stamp(mark) => Mark::Stamp(mark.to_string(), 0),
            None => Mark::Number(number(mark).filter(|number| *number > 0)?),
            Some(_) => return None,
        };
        Some(Old { mark, is_packed })
    }
}

/// The younger comes first; numbers, which stand for no time, come after stamps.
impl Ord for Mark {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => one.cmp(two),
            (Self::Stamp(one, nth), Self::Stamp(two, mth)) => (two, mth).cmp(&(one, nth)),
            (Self::Stamp(..), Self::Number(_)) => Ordering::Less,
            (Self::Number(_), Self::Stamp(..)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Mark {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Digits without a leading zero.
fn number(text: &str) -> Option<u32> {
    let is_number = text.len() <= DIGITS
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0');
    text.parse().ok().filter(|_| is_number)
}

/// `2027-03-28` and what may follow it: `_14`, `_14-05`, `_14-05-59`.
fn is_stamp(text: &str) -> bool {
    const LONGEST: &[u8] = b"dddd-dd-dd_dd-dd-dd";
    let fits = |(byte, place): (u8, &u8)| match place {
        b'd' => byte.is_ascii_digit(),
        place => byte == *place,
    };
    matches!(text.len(), 10 | 13 | 16 | 19) && text.bytes().zip(LONGEST).all(fits)
}
