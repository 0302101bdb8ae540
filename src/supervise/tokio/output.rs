//! What a task may return.

#[cfg_attr(not(feature = "anyhow"), path = "output/anyhow/absent.rs")]
mod anyhow;

use core::fmt::Debug;
use std::string::String;
use std::vec::Vec;

use super::report::BoxError;

/// What the factory of a task may make its futures return: nothing, a plain value, or a `Result`
/// whose `Err` makes the run a failed one.
///
/// ```
/// use ringvisor::supervise::Output;
///
/// assert_eq!(7_u32.into_result().ok(), Some(7));
/// let failed: Result<u32, std::num::ParseIntError> = "x".parse();
/// assert!(failed.into_result().is_err());
/// ```
pub trait Output: Send + 'static {
    /// What whoever waits for the task is given.
    type Value: Debug + Send + 'static;

    /// The value, or why there is none.
    ///
    /// # Errors
    /// Whatever the task returned as its error.
    fn into_result(self) -> Result<Self::Value, BoxError>;

    /// The backtrace of its error, as [`std::backtrace::Backtrace`] writes it in its long form,
    /// `{:#}`: shown in tracebacks of the task, 16 KiB of it at most.
    ///
    /// An `anyhow::Error` that captured one (`RUST_BACKTRACE=1`) has it shown with the feature
    /// `anyhow`. A `Result` of any other error has none: a `dyn Error` cannot be asked for it, and
    /// neither can eyre's `Report`, of which only the `Debug` text is kept.
    fn backtrace(&self) -> Option<String> {
        None
    }

    /// Name of the type of its errors, where it has some.
    #[must_use]
    fn error_type() -> &'static str {
        ""
    }
}

impl<T, E> Output for Result<T, E>
where
    T: Debug + Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    type Value = T;

    fn into_result(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }

    fn backtrace(&self) -> Option<String> {
        self.as_ref().err().and_then(|error| anyhow::backtrace(error))
    }

    fn error_type() -> &'static str {
        core::any::type_name::<E>()
    }
}

impl<T: Debug + Send + 'static> Output for Option<T> {
    type Value = Self;

    fn into_result(self) -> Result<Self, BoxError> {
        Ok(self)
    }
}

impl<T: Debug + Send + 'static> Output for Vec<T> {
    type Value = Self;

    fn into_result(self) -> Result<Self, BoxError> {
        Ok(self)
    }
}

macro_rules! plain_outputs {
    ($($plain:ty),*) => {$(
        impl Output for $plain {
            type Value = Self;

            fn into_result(self) -> Result<Self, BoxError> {
                Ok(self)
            }
        }
    )*};
}

plain_outputs!(
    (),
    bool,
    char,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    String,
    &'static str,
    core::time::Duration,
    core::convert::Infallible
);
