//! Why there is no answer.

use core::fmt;
use core::time::Duration;
use std::io;
use std::string::String;
use std::vec::Vec;

use crate::control::api::{Failure, VERSION};
use crate::control::place::Found;

/// Why there is no answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// No such program can be reached.
    NotFound {
        /// Which one was wanted; `None` for any.
        wanted: Option<String>,
        /// Those that can.
        others: Vec<Found>,
    },
    /// Several programs can be reached, and it was not said which one is meant.
    Ambiguous(Vec<Found>),
    /// Nobody can be reached there.
    Connect {
        /// The socket or address.
        at: String,
        /// What the system says.
        error: io::Error,
    },
    /// Somebody is there and does not answer in this time.
    Silent(Duration),
    /// The connection broke off.
    Broken(String),
    /// The server says why not.
    Refused(Failure),
    /// The server refuses with this status and nothing else.
    Status(u16),
    /// The answer cannot be understood.
    Protocol(String),
    /// The server speaks a newer version of the protocol.
    Newer(u32),
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { wanted: None, .. } => f.write_str(
                "no program can be reached; it has to be built with the feature `control`, and run \
                 as this user",
            ),
            Self::NotFound { wanted: Some(wanted), others } if others.is_empty() => {
                write!(f, "{wanted} cannot be reached, nor can any other program")
            }
            Self::NotFound { wanted: Some(wanted), others } => {
                write!(f, "{wanted} cannot be reached; there are {}", names(others))
            }
            Self::Ambiguous(found) => {
                write!(f, "several programs can be reached: {}; name one", names(found))
            }
            Self::Connect { at, error } if error.kind() == io::ErrorKind::ConnectionRefused => {
                write!(f, "cannot connect to {at}: it is stale, its program is gone")
            }
            Self::Connect { at, error } => write!(f, "cannot connect to {at}: {error}"),
            Self::Silent(time) => write!(
                f,
                "no answer within {time:?}; the process may be stopped, or its machine overloaded"
            ),
            Self::Broken(why) => write!(f, "the connection broke off: {why}"),
            Self::Refused(failure) => failure.fmt(f),
            Self::Status(status) => write!(f, "the server refuses with status {status}"),
            Self::Protocol(why) => write!(f, "the answer cannot be understood: {why}"),
            Self::Newer(version) => write!(
                f,
                "the program speaks version {version} of the protocol and this is version \
                 {VERSION}; use a newer rvctl"
            ),
        }
    }
}

impl core::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Connect { error, .. } => Some(error),
            Self::Refused(failure) => Some(failure),
            _ => None,
        }
    }
}

fn names(found: &[Found]) -> String {
    let name = |found: &Found| std::format!("{} (pid {})", found.name, found.pid);
    found.iter().map(name).collect::<Vec<_>>().join(", ")
}
