//! Where sockets lie, and which programs can be reached.
//!
//! A socket lies in a directory that belongs to its user and that nobody else can enter:
//! `$XDG_RUNTIME_DIR/ringvisor`, else `/run/ringvisor`, else `ringvisor-UID` below the directory for
//! temporary files. It is called `NAME-PID.sock`.

mod directory;
mod uid;

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use super::error::StartError;
use directory::Directory;

pub(crate) use uid::own_uid;

/// The variable that names a socket, for servers and clients; `off` for no server.
pub const VARIABLE: &str = "RINGVISOR_SOCKET";

/// The longest path that every Unix takes for a socket, in bytes.
const PATH_MAX: usize = 103;
/// The longest part of a program's name in a socket's name, in bytes.
const NAME_MAX: usize = 32;

/// Where a server listens.
///
/// ```
/// use ringvisor::control::Place;
///
/// let place = Place::in_directory("run", "orders");
/// assert!(place.path().starts_with("run/"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    path: PathBuf,
    /// Whether its directory is ours to make.
    in_ours: bool,
}

/// A program that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Its socket.
    pub path: PathBuf,
    /// Its name, as far as the socket's name holds it.
    pub name: String,
    /// Its process.
    pub pid: u32,
}

impl Place {
    /// The usual place for a program of that name in this process.
    ///
    /// # Errors
    /// No directory for sockets can be used.
    pub fn of(name: &str) -> Result<Self, StartError> {
        let directory = Directory::prepare_first()?;
        Ok(Self::in_directory(directory, name))
    }

    /// The place for a program of that name and this process in a directory, which is made if it is
    /// not there, and refused if it is another user's or open to others.
    #[must_use]
    pub fn in_directory(directory: impl AsRef<Path>, name: &str) -> Self {
        let file = std::format!("{}-{}.sock", harmless(name), std::process::id());
        Self { path: directory.as_ref().join(file), in_ours: true }
    }

    /// This very path. Its directory has to be there; it is the caller's.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), in_ours: false }
    }

    /// The socket.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the socket, for its user only.
    pub(super) fn listen(&self) -> Result<UnixListener, StartError> {
        let path = &self.path;
        if path.as_os_str().len() > PATH_MAX {
            return Err(StartError::TooLong(path.clone()));
        }
        if let Some(directory) = path.parent().filter(|_| self.in_ours) {
            Directory::prepare(directory)?;
        }
        remove_stale(path)?;
        let bound = UnixListener::bind(path);
        let listener = bound.map_err(|error| StartError::io("cannot listen at", path, error))?;
        let private = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
        private.map_err(|error| StartError::io("cannot close to others", path, error))?;
        Ok(listener)
    }
}

/// Programs of this user that answer, by name. Sockets that nobody listens at any more are removed.
#[must_use]
pub fn reachable() -> Vec<Found> {
    let mut found: Vec<Found> =
        Directory::usable().iter().flat_map(|at| reachable_in(at)).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name).then(a.pid.cmp(&b.pid)));
    found
}

/// The same for one directory.
#[must_use]
pub fn reachable_in(directory: &Path) -> Vec<Found> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter_map(|entry| probe(&entry.path())).collect()
}

/// A socket with a name like ours at which somebody listens.
fn probe(path: &Path) -> Option<Found> {
    let (name, pid) = path.file_name()?.to_str()?.strip_suffix(".sock")?.rsplit_once('-')?;
    let (name, pid) = (name.to_string(), pid.parse().ok()?);
    match UnixStream::connect(path) {
        Ok(_) => Some(Found { path: path.into(), name, pid }),
        Err(error) => {
            // A file that is no socket refuses too.
            let is_socket = fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_socket());
            if is_socket && error.kind() == ErrorKind::ConnectionRefused {
                // Whoever is not allowed to leaves it.
                _ = fs::remove_file(path);
            }
            None
        }
    }
}

/// Removes a socket that nobody listens at: only the system knows that, so it is asked, and nothing
/// but its refusal counts.
fn remove_stale(path: &Path) -> Result<(), StartError> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StartError::io("cannot look at", path, error)),
    };
    if !kind.is_socket() {
        let error = io::Error::new(ErrorKind::AlreadyExists, "there is something else");
        return Err(StartError::io("cannot listen at", path, error));
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(StartError::InUse(path.into())),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path)
            .map_err(|error| StartError::io("cannot remove the stale socket", path, error)),
        Err(error) => Err(StartError::io("cannot ask", path, error)),
    }
}

/// A program's name as it can stand in a file's name.
pub(super) fn harmless(name: &str) -> String {
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let safe = |c| if is_harmless(c) { c } else { '_' };
    let name: String = name.chars().map(safe).take(NAME_MAX).collect();
    if name.is_empty() { String::from("program") } else { name }
}

#[cfg(test)]
mod tests;
