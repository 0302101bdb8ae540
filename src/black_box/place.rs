//! Where boxes are unless somebody says where.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::string::String;
use std::vec::Vec;

use super::BlackBox;
use super::error::{BlackBoxError, BlackBoxReason};
use super::file::claim;
use super::runs::LastRun;
use crate::ring::{nameless_file, try_lock};

/// The file of a new box.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) last_run: Option<LastRun>,
}

impl BlackBox {
    /// Makes the file; by default that of the program of this name.
    pub(super) fn find(&self, name: &str) -> Result<Found, BlackBoxError> {
        let path = match (&self.path, folder()) {
            (Some(path), _) => path.clone(),
            (None, Some(folder)) => {
                make(&folder).map_err(|error| BlackBoxError::new(&folder, error))?;
                folder.join(file_name(name))
            }
            (None, None) => return nameless(),
        };
        let (file, last_run) = claim(&path, self.keep)?;
        Ok(Found { path, file, last_run })
    }
}

/// Memory that outlives no process, but can be read while one hangs.
pub(super) fn nameless() -> Result<Found, BlackBoxError> {
    let fails = |reason: BlackBoxReason| BlackBoxError::new(Path::new("memfd"), reason);
    let file = nameless_file().map_err(|_| fails(BlackBoxReason::NoPlace))?;
    // Nobody else can hold it yet.
    try_lock(&file, false).map_err(|error| fails(error.into()))?;
    let path = std::format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    Ok(Found { path: path.into(), file, last_run: None })
}

/// Where the box of the program of this name is unless somebody says where; `None` where there is no
/// tmpfs.
///
/// ```
/// if let Some(path) = ringvisor::black_box::usual_path("orders") {
///     assert!(path.ends_with("orders.box"));
/// }
/// ```
#[must_use]
pub fn usual_path(program: &str) -> Option<PathBuf> {
    Some(folder()?.join(file_name(program)))
}

/// The boxes of this user's programs that are where boxes are unless somebody says where, by name;
/// those of earlier runs are beside them, see [`runs`](super::runs()).
#[must_use]
pub fn all() -> Vec<PathBuf> {
    let entries = folder().and_then(|folder| fs::read_dir(folder).ok());
    let paths = entries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut boxes: Vec<_> = paths.filter(|path| is_box(path)).collect();
    boxes.sort();
    boxes
}

fn is_box(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "box") && path.is_file()
}

fn file_name(program: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let plain = program.chars().map(|c| if is_plain(c) { c } else { '_' });
    plain.chain(".box".chars()).collect()
}

fn folder() -> Option<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    if let Some(runtime) = runtime.filter(|folder| folder.is_absolute() && folder.is_dir()) {
        return Some(runtime.join("ringvisor"));
    }
    let shared = Path::new("/dev/shm");
    let user = fs::metadata("/proc/self").ok()?.uid();
    shared.is_dir().then(|| shared.join(std::format!("ringvisor-{user}")))
}

/// Makes the folder for this user alone. One that is there already must be so: in a folder that
/// everybody may write to, it could be somebody else's.
fn make(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    let found = fs::symlink_metadata(folder)?;
    let is_own = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == found.uid());
    if found.is_dir() && is_own && found.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder is not this user's alone"))
}
