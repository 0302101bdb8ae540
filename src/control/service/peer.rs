//! Who asks.

use core::fmt;
use core::net::SocketAddr;
use std::string::String;

/// Who asks, as far as the system knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peer {
    /// A process on this machine, through the Unix socket.
    Local {
        /// Its user.
        uid: u32,
        /// Its number, where the system tells.
        pid: Option<i32>,
    },
    /// Somebody with the token, over TCP.
    Tcp(SocketAddr),
    /// Whoever the program's own HTTP server let in, in its words.
    Mounted(String),
}

/// `uid 1000, pid 4711`.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local { uid, pid: None } => write!(f, "uid {uid}"),
            Self::Local { uid, pid: Some(pid) } => write!(f, "uid {uid}, pid {pid}"),
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Mounted(who) => f.write_str(who),
        }
    }
}
