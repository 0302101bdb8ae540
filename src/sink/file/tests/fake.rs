//! A disk in memory that fails when it is told to.

use core::fmt;
use std::boxed::Box;
use std::collections::BTreeMap;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use crate::sink::file::disk::{Disk, Handle, Stat};

#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Mutex<State>>);

#[derive(Default)]
pub(super) struct State {
    files: BTreeMap<PathBuf, u64>,
    contents: Vec<Vec<u8>>,
    /// Bytes that still fit; `None` for no end.
    pub(super) room: Option<usize>,
    /// Whether what is written stays, so that a line cannot be taken back.
    pub(super) cannot_cut: bool,
    pub(super) cannot_open: Option<ErrorKind>,
    pub(super) cannot_rename: Option<ErrorKind>,
    /// Most bytes of one write.
    pub(super) most: Option<usize>,
    pub(super) opened: usize,
    /// Changes until the process dies, in the middle of the last one; `None` for no end. What it does
    /// then it only dreams.
    pub(super) fuel: Option<usize>,
}

/// How much of a change comes about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    All,
    Half,
    Nothing,
}

impl Part {
    pub(super) fn of(self, len: usize) -> usize {
        match self {
            Self::All => len,
            Self::Half => len / 2,
            Self::Nothing => 0,
        }
    }
}

impl Fake {
    pub(super) fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock());
    }

    pub(super) fn get<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.0.lock())
    }

    pub(super) fn text(&self, path: &str) -> String {
        let state = self.0.lock();
        let bytes = state.files.get(Path::new(path)).map(|id| &state.contents[*id as usize]);
        bytes.map_or(String::new(), |bytes| String::from_utf8(bytes.clone()).unwrap())
    }

    pub(super) fn lines(&self, path: &str) -> Vec<String> {
        self.text(path).lines().map(ToString::to_string).collect()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.lock().files.keys().map(|path| path.to_string_lossy().into_owned()).collect()
    }

    /// Somebody else takes the file away.
    pub(super) fn steal(&self, path: &str) {
        self.0.lock().files.remove(Path::new(path)).unwrap();
    }
}

impl State {
    fn stat(&self, id: u64) -> Stat {
        Stat { id: (1, id), len: self.contents[id as usize].len() as u64, modified: 0 }
    }

    pub(super) fn burn(&mut self) -> Part {
        let Some(fuel) = &mut self.fuel else { return Part::All };
        let part = match fuel {
            0 => Part::Nothing,
            1 => Part::Half,
            _ => Part::All,
        };
        *fuel = fuel.saturating_sub(1);
        part
    }

    fn is_dead(&self) -> bool {
        self.fuel == Some(0)
    }

    fn id(&self, path: &Path) -> io::Result<u64> {
        self.files.get(path).copied().ok_or(ErrorKind::NotFound.into())
    }
}

fn fail(kind: Option<ErrorKind>) -> io::Result<()> {
    kind.map_or(Ok(()), |kind| Err(kind.into()))
}

impl Disk for Fake {
    fn open(&self, path: &Path, empty: bool) -> io::Result<Box<dyn Handle>> {
        let mut state = self.0.lock();
        fail(state.cannot_open)?;
        state.opened += 1;
        let id = match state.id(path) {
            Ok(id) => id,
            Err(_) => {
                state.contents.push(Vec::new());
                let id = state.contents.len() as u64 - 1;
                if !state.is_dead() {
                    state.files.insert(path.into(), id);
                }
                id
            }
        };
        if empty {
            state.contents[id as usize].clear();
        }
        Ok(Box::new(Opened { disk: self.clone(), id }))
    }

    fn read(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        let state = self.0.lock();
        let id = state.id(path)?;
        Ok(Box::new(Cursor::new(state.contents[id as usize].clone())))
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let state = self.0.lock();
        state.id(path).map(|id| state.stat(id))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<(String, Stat)>> {
        let state = self.0.lock();
        let inside = |(path, id): (&PathBuf, &u64)| {
            let name = path.file_name()?.to_str()?.to_string();
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            (parent.unwrap_or(Path::new(".")) == dir).then(|| (name, state.stat(*id)))
        };
        Ok(state.files.iter().filter_map(inside).collect())
    }

    fn make_dir(&self, _: &Path) -> io::Result<()> {
        fail(self.0.lock().cannot_open)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.0.lock();
        fail(state.cannot_rename)?;
        if state.burn() != Part::All {
            return Ok(());
        }
        assert!(!state.files.contains_key(to), "{} is overwritten", to.display());
        let id = state.id(from)?;
        state.files.remove(from);
        state.files.insert(to.into(), id);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.0.lock();
        if state.is_dead() {
            return Ok(());
        }
        state.files.remove(path).map(drop).ok_or(ErrorKind::NotFound.into())
    }

    fn link(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }
}

struct Opened {
    disk: Fake,
    id: u64,
}

impl Handle for Opened {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.0.lock();
        let fits = state.room.unwrap_or(usize::MAX).min(state.most.unwrap_or(usize::MAX));
        let len = bytes.len().min(fits);
        if len == 0 && !bytes.is_empty() {
            return Err(ErrorKind::StorageFull.into());
        }
        let done = state.burn().of(len);
        state.room = state.room.map(|room| room - done);
        state.contents[self.id as usize].extend_from_slice(&bytes[..done]);
        Ok(len)
    }

    fn stat(&self) -> io::Result<Stat> {
        Ok(self.disk.0.lock().stat(self.id))
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        let mut state = self.disk.0.lock();
        if state.cannot_cut {
            return Err(ErrorKind::PermissionDenied.into());
        }
        if state.burn() != Part::All {
            return Ok(());
        }
        let content = &mut state.contents[self.id as usize];
        let freed = content.len() - len as usize;
        content.truncate(len as usize);
        state.room = state.room.map(|room| room + freed);
        Ok(())
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fake")
    }
}
