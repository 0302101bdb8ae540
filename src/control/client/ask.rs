//! What is asked of a server.

use std::string::{String, ToString};
use std::vec::Vec;

use crate::control::service::params::encoded;

/// A path with its parameters, put together so that no name can be mistaken for a part of it.
///
/// ```
/// use ringvisor::control::Ask;
///
/// let ask = Ask::path(&["v1", "tasks", "net/dhcp"]).query("view", "runs").query("utc", 1);
/// assert_eq!(ask.to_string(), "/v1/tasks/net%2Fdhcp?view=runs&utc=1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    path: String,
    query: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<String>,
}

impl Ask {
    /// The path of these parts.
    #[must_use]
    pub fn path(parts: &[&str]) -> Self {
        let path = parts.iter().map(|part| std::format!("/{}", encoded(part))).collect();
        Self { path, ..Self::default() }
    }

    /// With a parameter; called again, with one more of the same name.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(&std::format!("{}={}", encoded(name), encoded(&value.to_string())));
        self
    }

    /// With a parameter, if there is a value for it.
    #[must_use]
    pub fn some<T: ToString>(self, name: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// In which form the answer is wanted, `text/plain`.
    #[must_use]
    pub fn accept(mut self, kind: &str) -> Self {
        self.headers.retain(|(name, _)| *name != "accept");
        self.headers.push(("accept", kind.to_string()));
        self
    }

    /// With a body of JSON, which makes it a request for a change.
    #[must_use]
    pub fn body(mut self, json: impl Into<String>) -> Self {
        self.body = Some(json.into());
        self
    }
}

/// A path that is encoded already, with or without parameters.
impl From<&str> for Ask {
    fn from(text: &str) -> Self {
        let at = text.find('?').unwrap_or(text.len());
        let (path, query) = text.split_at(at);
        Self { path: path.to_string(), query: query.to_string(), ..Self::default() }
    }
}

impl core::fmt::Display for Ask {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}{}", self.path, self.query)
    }
}
