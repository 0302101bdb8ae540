//! Why a log did not start.

use core::fmt;
use core::panic::Location;
use std::io;

#[cfg(all(unix, target_has_atomic = "64"))]
use crate::black_box::BlackBoxError;
use crate::ring::GeometryError;
use crate::sink::FileError;
use crate::stream::filter::FromEnvError;

/// Why a log could not be started or made the program's logger. Nothing was installed.
#[non_exhaustive]
pub enum InitError {
    /// A variable of the environment holds a bad directive.
    Directives(FromEnvError),
    /// The ring cannot be as it was asked for.
    Ring(GeometryError),
    /// A thread for a sink cannot be started.
    Thread(io::Error),
    /// The black box cannot be made.
    #[cfg(all(unix, target_has_atomic = "64"))]
    BlackBox(BlackBoxError),
    /// The control socket that was asked for cannot be had.
    #[cfg(all(feature = "control", unix))]
    Control(crate::control::StartError),
    /// What the operator wants makes no sense.
    #[cfg(all(feature = "config", unix))]
    Config(super::ConfigError),
    /// A log file cannot be opened.
    File(FileError),
    /// Ringvisor itself is the program's logger already.
    AlreadyInstalled {
        /// Where it was installed.
        at: &'static Location<'static>,
    },
    /// `log` has another logger. Which one cannot be found out: `log` does not tell.
    LoggerAlreadySet,
    /// `tracing` has another global subscriber.
    DispatcherAlreadySet {
        /// What is known of it, `tracing_subscriber::Registry` for one that is built on that.
        who: Option<&'static str>,
    },
}

/// The same text as by `Display`: it is what a `main` that returns the error prints.
impl fmt::Debug for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directives(error) => error.fmt(f),
            Self::Ring(error) => error.fmt(f),
            Self::Thread(error) => write!(f, "no thread can be started for a sink: {error}"),
            #[cfg(all(unix, target_has_atomic = "64"))]
            Self::BlackBox(error) => error.fmt(f),
            #[cfg(all(feature = "control", unix))]
            Self::Control(error) => write!(f, "the program cannot be asked: {error}"),
            #[cfg(all(feature = "config", unix))]
            Self::Config(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::AlreadyInstalled { at } => write!(
                f,
                "ringvisor itself is this program's logger already, since {at}; \
                 ringvisor::stream() returns its log"
            ),
            Self::LoggerAlreadySet => f.write_str(
                "another logger is installed in `log` already; install ringvisor instead of it, \
                 or use builder(…).build(), which installs nothing, and pass records on to its \
                 stream(), which is a log::Log",
            ),
            Self::DispatcherAlreadySet { who } => {
                f.write_str("a subscriber is installed in `tracing` already")?;
                if let Some(who) = who {
                    write!(f, " (built on {who})")?;
                }
                f.write_str(
                    "; install ringvisor instead of it, or use builder(…).build(), which installs \
                     nothing, and put stream().layer() into your own subscriber",
                )
            }
        }
    }
}

impl core::error::Error for InitError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Directives(error) => Some(error),
            Self::Ring(error) => Some(error),
            Self::Thread(error) => Some(error),
            #[cfg(all(unix, target_has_atomic = "64"))]
            Self::BlackBox(error) => Some(error),
            #[cfg(all(feature = "control", unix))]
            Self::Control(error) => Some(error),
            #[cfg(all(feature = "config", unix))]
            Self::Config(error) => Some(error),
            Self::File(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FromEnvError> for InitError {
    fn from(error: FromEnvError) -> Self {
        Self::Directives(error)
    }
}
