//! How a command ends.

use std::io::{self, ErrorKind};
use std::process::{ExitCode, Termination};
use std::string::{String, ToString};

use crate::control::ClientError;
use crate::control::api::Code;

/// How a command went. Interrupted by Ctrl-C it ends by the signal, which shells show as 130.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// 0: it is done.
    Ok,
    /// 1: nothing matched, something was found wrong, or it could not be done.
    Nothing,
    /// 2: the command cannot be understood, or several programs could be meant.
    Usage,
    /// 3: a task that was asked about is not active.
    NotActive,
    /// 4: there is no such task, or no such command of the program's.
    NoSuchTask,
    /// 5: the program cannot be reached.
    Unreachable,
    /// 6: it is not permitted.
    NotPermitted,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Nothing => 1,
            Self::Usage => 2,
            Self::NotActive => 3,
            Self::NoSuchTask => 4,
            Self::Unreachable => 5,
            Self::NotPermitted => 6,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        self.into()
    }
}

/// What came of a command.
pub(super) type Done = Result<Exit, Trouble>;

/// Why it did not come to its end.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) exit: Exit,
    /// What to say; empty where nobody needs to be told.
    pub(super) text: String,
}

impl Trouble {
    pub(super) fn new(exit: Exit, text: impl Into<String>) -> Self {
        Self { exit, text: text.into() }
    }

    /// The command cannot be understood.
    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self::new(Exit::Usage, text)
    }
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        let exit = match &error {
            ClientError::Ambiguous(_) => Exit::Usage,
            ClientError::NotFound { .. }
            | ClientError::Connect { .. }
            | ClientError::Silent(_)
            | ClientError::Broken(_) => Exit::Unreachable,
            ClientError::Refused(failure) => match failure.code {
                Code::NoSuchTask | Code::NoSuchCommand => Exit::NoSuchTask,
                Code::ReadOnly | Code::Forbidden | Code::Unauthorized => Exit::NotPermitted,
                Code::BadRequest | Code::NoSuchArgument | Code::BadArgument => Exit::Usage,
                _ => Exit::Nothing,
            },
            _ => Exit::Nothing,
        };
        let mut text = error.to_string();
        if matches!(error, ClientError::Ambiguous(_)) {
            text.push_str(" with -n NAME or --pid PID");
        }
        Self { exit, text }
    }
}

/// Who reads our output may have seen enough: that is no failure.
impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            return Self::new(Exit::Ok, "");
        }
        Self::new(Exit::Nothing, error.to_string())
    }
}
