//! How a run ended.

use core::fmt;
use std::string::String;

use super::identity::is_other_boot;
use super::page::{CRASH, Damaged, EXIT, PANIC, STOP, unpack_text};

/// How the run of a program ended, as far as its box tells.
///
/// ```
/// use ringvisor::black_box::End;
///
/// assert_eq!(End::Signal { number: 11 }.to_string(), "died of signal 11 (SIGSEGV)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// It has not: the process lives.
    Running,
    /// In order: `main` returned, somebody called `exit`, or the log was dropped.
    InOrder,
    /// It panicked, and that was the end: a panic of the main thread, unless the guard that
    /// [`Builder::try_init`](crate::Builder::try_init) returns was dropped in order after it; or one
    /// that led to an abort.
    Panicked {
        /// Where, and with which message.
        at: String,
    },
    /// A fault, or an `abort`, which is SIGABRT.
    Signal {
        /// The signal.
        number: i32,
    },
    /// A signal asked it to, SIGTERM or Ctrl-C.
    Stopped {
        /// The signal.
        signal: i32,
        /// Whether the program handled it and came to its end, or the signal made an end of it.
        in_order: bool,
    },
    /// Without a word: SIGKILL, or another signal that nobody handled.
    Killed {
        /// The signal that had asked it to stop before, if any had.
        asked: Option<i32>,
        /// Whether the kernel killed something for want of memory where it ran.
        out_of_memory: bool,
    },
    /// The machine went down under it.
    MachineDown,
    /// The box is damaged where that stood.
    Unknown,
}

impl End {
    /// The end that a page tells of, whose owner is gone.
    pub(super) fn of(page: &[u64], boot: [u64; 2]) -> Self {
        Self::told(page, boot).unwrap_or(Self::Unknown)
    }

    fn told(page: &[u64], boot: [u64; 2]) -> Result<Self, Damaged> {
        let panic = PANIC.read(page)?;
        let in_panic = |words: &[u64]| Self::Panicked { at: unpack_text(&words[2..]) };
        if let Some(crash) = CRASH.read(page)? {
            // A panic that cannot unwind aborts.
            let aborted = crash[0] == libc::SIGABRT as u64;
            return Ok(match panic.filter(|_| aborted) {
                Some(panic) => in_panic(panic),
                None => Self::Signal { number: crash[0] as i32 },
            });
        }
        let stop = STOP.read(page)?.map(|words| (words[0] as i32, words[2] == 1));
        if EXIT.read(page)?.is_some() {
            // The program ends with the main thread, and so with its panic.
            let panic = panic.filter(|words| words[1] == 1);
            let in_order =
                stop.map_or(Self::InOrder, |(signal, _)| Self::Stopped { signal, in_order: true });
            return Ok(panic.map_or(in_order, in_panic));
        }
        if let Some((signal, true)) = stop {
            return Ok(Self::Stopped { signal, in_order: false });
        }
        if is_other_boot(boot) {
            return Ok(Self::MachineDown);
        }
        let asked = stop.map(|(signal, _)| signal);
        Ok(Self::Killed { asked, out_of_memory: super::crash::out_of_memory(page) })
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running => f.write_str("is running"),
            Self::InOrder => f.write_str("ended in order"),
            Self::Panicked { at } => write!(f, "panicked at {at}"),
            Self::Signal { number } => write!(f, "died of signal {}", Signal(*number)),
            Self::Stopped { signal, in_order: true } => {
                write!(f, "was stopped in order by signal {}", Signal(*signal))
            }
            Self::Stopped { signal, .. } => write!(f, "was stopped by signal {}", Signal(*signal)),
            Self::Killed { out_of_memory: true, .. } => f.write_str("was killed, out of memory"),
            Self::Killed { asked: Some(asked), .. } => {
                write!(f, "was killed after signal {}", Signal(*asked))
            }
            Self::Killed { .. } => f.write_str("was killed"),
            Self::MachineDown => f.write_str("ended when the machine went down"),
            Self::Unknown => f.write_str("ended; its box is damaged where it says how"),
        }
    }
}

/// A signal's number with its name, where it is one of the common ones.
struct Signal(i32);

const NAMES: &[(i32, &str)] = &[
    (libc::SIGABRT, "SIGABRT"),
    (libc::SIGBUS, "SIGBUS"),
    (libc::SIGFPE, "SIGFPE"),
    (libc::SIGHUP, "SIGHUP"),
    (libc::SIGILL, "SIGILL"),
    (libc::SIGINT, "SIGINT"),
    (libc::SIGQUIT, "SIGQUIT"),
    (libc::SIGSEGV, "SIGSEGV"),
    (libc::SIGTERM, "SIGTERM"),
];

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        match NAMES.iter().find(|(number, _)| *number == self.0) {
            Some((_, name)) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}
