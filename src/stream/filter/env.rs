//! Directives from the environment; the only reader of a variable here.

use std::ffi::OsStr;
use std::string::ToString;
use std::vec::Vec;

use super::{Directives, FromEnvError};

impl Directives {
    /// Reads the directives in the environment variable `var`; `None` if it is not set or holds
    /// no directive, so that the caller's default applies.
    ///
    /// ```
    /// use ringvisor::record::LevelFilter;
    /// use ringvisor::stream::filter::Directives;
    ///
    /// let levels = Directives::from_env("MY_APP_LOG")?;
    /// let levels = levels.unwrap_or_else(|| Directives::at(LevelFilter::Info));
    /// assert_eq!(levels.max_level(), LevelFilter::Info);
    /// # Ok::<(), ringvisor::stream::filter::FromEnvError>(())
    /// ```
    ///
    /// # Errors
    /// The value is not UTF-8, or has a faulty directive (the first is returned).
    pub fn from_env(var: &str) -> Result<Option<Self>, FromEnvError> {
        let (directives, errors) = Self::from_env_lossy(var);
        errors.into_iter().next().map_or(Ok(directives), Err)
    }

    /// Like [`from_env`](Self::from_env), but keeps what is sound and returns all that is not.
    #[must_use]
    pub fn from_env_lossy(var: &str) -> (Option<Self>, Vec<FromEnvError>) {
        let value = std::env::var_os(var).unwrap_or_default();
        Self::from_value(var, &value)
    }

    /// The directives in `value`, which is what the variable `var` is set to.
    pub(super) fn from_value(var: &str, value: &OsStr) -> (Option<Self>, Vec<FromEnvError>) {
        let Some(text) = value.to_str() else {
            let value = value.to_string_lossy().into_owned();
            return (None, [FromEnvError::NotUnicode { var: var.to_string(), value }].into());
        };
        let (directives, errors) = Self::parse_lossy(text);
        let in_var = |error| FromEnvError::Directive { var: var.to_string(), error };
        let directives = Some(directives).filter(|it| !it.is_empty());
        (directives, errors.into_iter().map(in_var).collect())
    }
}
