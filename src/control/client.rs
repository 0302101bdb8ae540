//! Asks a server, and waits for the answer.
//!
//! It blocks, and needs no runtime of its caller's: it works inside of one too, and in a program
//! whose runtime hangs.

mod ask;
mod error;
mod exchange;
mod sse;

use core::net::SocketAddr;
use core::time::Duration;
use std::env;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::api::{Envelope, Refusal, VERSION};
use super::place::{self, Found};
use super::service::Service;

pub use ask::Ask;
pub use error::ClientError;
pub use exchange::Incoming;
pub use sse::{Follow, SseEvent, SseParser};

/// How long an answer may take to begin, or to go on, unless another time is given: longer than a
/// command is waited for.
const PATIENCE: Duration = Duration::from_secs(70);
/// How long a followed log may give no sign of life; it gives one every 15 s.
const SILENCE: Duration = Duration::from_secs(45);

/// Asks one server, or one service of this process.
#[derive(Clone, Debug)]
pub struct Client {
    target: Target,
    patience: Duration,
}

/// Where the server listens.
#[derive(Clone, Debug)]
enum Target {
    Unix(PathBuf),
    Tcp { address: SocketAddr, token: String },
    Here(Service),
}

impl Client {
    /// A client of the server at this socket. Nothing is opened yet.
    #[must_use]
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self { target: Target::Unix(path.into()), patience: PATIENCE }
    }

    /// A client of the server at this address.
    #[must_use]
    pub fn tcp(address: SocketAddr, token: impl Into<String>) -> Self {
        Self { target: Target::Tcp { address, token: token.into() }, patience: PATIENCE }
    }

    /// A client of a service of this process: nothing is sent anywhere.
    #[must_use]
    pub fn of(service: Service) -> Self {
        Self { target: Target::Here(service), patience: PATIENCE }
    }

    /// A client of the one program of this user that can be reached and has that name or number; of
    /// any, if none is given. `RINGVISOR_SOCKET` comes first if neither is given.
    ///
    /// # Errors
    /// There is none, or there are several; the error lists them.
    pub fn find(wanted: Option<&str>) -> Result<Self, ClientError> {
        if let (None, Some(path)) = (wanted, env::var_os(place::VARIABLE)) {
            if path != "off" && !path.is_empty() {
                return Ok(Self::unix(path));
            }
        }
        let is_wanted = |found: &Found| {
            wanted.is_none_or(|wanted| found.name == wanted || found.pid.to_string() == wanted)
        };
        let (mut fit, rest): (Vec<_>, Vec<_>) = place::reachable().into_iter().partition(is_wanted);
        match fit.len() {
            0 => Err(ClientError::NotFound { wanted: wanted.map(str::to_string), others: rest }),
            1 => Ok(Self::unix(fit.remove(0).path)),
            _ => Err(ClientError::Ambiguous(fit)),
        }
    }

    /// How long an answer may take to begin, or to go on; 70 s unless called.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The socket, if it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        if let Target::Unix(path) = &self.target { Some(path) } else { None }
    }

    /// Data in its envelope.
    ///
    /// # Errors
    /// The server cannot be reached, does not answer, or refuses.
    pub fn get<T: DeserializeOwned>(
        &self,
        ask: impl Into<Ask>,
    ) -> Result<Envelope<T>, ClientError> {
        let ask = ask.into().accept("application/json");
        opened(&self.open(&ask)?.text()?)
    }

    /// Asks for a change; what became of it, in its envelope.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn post<T: DeserializeOwned>(
        &self,
        ask: impl Into<Ask>,
        body: &impl Serialize,
    ) -> Result<Envelope<T>, ClientError> {
        let body = serde_json::to_string(body);
        let body = body.map_err(|error| ClientError::Protocol(error.to_string()))?;
        let ask = ask.into().accept("application/json").body(body);
        opened(&self.open(&ask)?.text()?)
    }

    /// An answer as people read it.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn text(&self, ask: impl Into<Ask>) -> Result<String, ClientError> {
        self.open(&ask.into().accept("text/plain"))?.text()
    }

    /// An answer of any kind, piece by piece.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn open(&self, ask: &Ask) -> Result<Incoming, ClientError> {
        let mut incoming = exchange::begin(&self.target, ask, self.patience)?;
        let status = incoming.status();
        if status < 400 {
            return Ok(incoming);
        }
        let body = incoming.text().unwrap_or_default();
        // Not everybody who refuses does it in our words.
        let refusal = serde_json::from_str::<Refusal>(&body);
        Err(refusal
            .map_or(ClientError::Status(status), |refusal| ClientError::Refused(refusal.error)))
    }

    /// Events as they come, from where `last_id` says.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn follow(
        &self,
        ask: impl Into<Ask>,
        last_id: Option<&str>,
    ) -> Result<Follow, ClientError> {
        let mut ask = ask.into().accept("text/event-stream");
        if let Some(id) = last_id {
            ask = ask.query("cursor", id);
        }
        self.open(&ask).map(|incoming| Follow::new(incoming.patience(SILENCE)))
    }
}

/// What is in an envelope, of this version or an older one.
fn opened<T: DeserializeOwned>(text: &str) -> Result<Envelope<T>, ClientError> {
    let wrong = |error: serde_json::Error| ClientError::Protocol(error.to_string());
    let envelope = serde_json::from_str::<Envelope<serde_json::Value>>(text).map_err(wrong)?;
    if envelope.v > VERSION {
        return Err(ClientError::Newer(envelope.v));
    }
    let Envelope { v, program, data, next } = envelope;
    Ok(Envelope { v, program, data: serde_json::from_value(data).map_err(wrong)?, next })
}
