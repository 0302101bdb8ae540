//! Where boxes are unless somebody says where.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::error::{BlackBoxError, BlackBoxReason};

/// The file of the program of that name; its folder is there.
pub(super) fn default_path(name: &str) -> Result<PathBuf, BlackBoxError> {
    let file: std::string::String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' })
        .collect();
    let folder =
        folder().ok_or_else(|| BlackBoxError::new(Path::new(&file), BlackBoxReason::NoPlace))?;
    make(&folder).map_err(|error| BlackBoxError::new(&folder, error))?;
    Ok(folder.join(std::format!("{file}.box")))
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
