//! Why a server did not start.

use core::fmt;
use std::io;
use std::path::PathBuf;

/// Why a server could not be started. Nothing listens then.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The directory for sockets belongs to another user, so whatever lies in it is not to be
    /// trusted.
    NotOurs(PathBuf),
    /// The directory for sockets is open to other users.
    Open(PathBuf),
    /// A living server listens there already.
    InUse(PathBuf),
    /// The system's limit for the length of a socket's path.
    TooLong(PathBuf),
    /// A TCP address that others can reach; only loopback is served.
    NotLoopback(core::net::SocketAddr),
    /// The system refuses a socket, a directory or a thread.
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        error: io::Error,
    },
}

impl StartError {
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>, error: io::Error) -> Self {
        Self::Io { what, path: path.into(), error }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs(path) => write!(
                f,
                "{} belongs to another user; choose another place with RINGVISOR_SOCKET",
                path.display()
            ),
            Self::Open(path) => {
                write!(f, "{} can be entered by other users; chmod it to 0700", path.display())
            }
            Self::InUse(path) => write!(
                f,
                "somebody listens at {} already; choose another place with RINGVISOR_SOCKET",
                path.display()
            ),
            Self::TooLong(path) => write!(
                f,
                "{} is too long for a socket; choose a shorter one with RINGVISOR_SOCKET",
                path.display()
            ),
            Self::NotLoopback(address) => {
                write!(f, "{address} can be reached from other machines; use a loopback address")
            }
            Self::Io { what, path, error } => write!(f, "{what} {}: {error}", path.display()),
        }
    }
}

impl core::error::Error for StartError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        if let Self::Io { error, .. } = self { Some(error) } else { None }
    }
}
