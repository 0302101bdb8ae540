//! Events out of a stream of bytes.

use std::collections::VecDeque;
use std::string::String;
use std::vec::Vec;

use super::{ClientError, Incoming};

/// The longest event that is taken, in bytes; what is longer is no server of ours.
const EVENT_MAX: usize = 1 << 20;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// What it is: `hello`, `restarted`, `log`, `lost`.
    pub name: String,
    /// What it says.
    pub data: String,
    /// Where to go on behind it; empty where that cannot be said.
    pub id: String,
}

/// Events as they come.
#[derive(Debug)]
pub struct Follow {
    incoming: Incoming,
    parser: SseParser,
    last_id: String,
}

impl Follow {
    pub(super) fn new(incoming: Incoming) -> Self {
        Self { incoming, parser: SseParser::default(), last_id: String::new() }
    }

    /// The next event; `None` when the server ends.
    ///
    /// # Errors
    /// The connection broke off, or the server gives no sign of life.
    pub fn next_event(&mut self) -> Result<Option<SseEvent>, ClientError> {
        loop {
            if let Some(event) = self.parser.next_event() {
                self.last_id.clone_from(&event.id);
                return Ok(Some(event));
            }
            // Signs of life move it on too.
            self.last_id.clone_from(&self.parser.id);
            let Some(piece) = self.incoming.piece()? else { return Ok(None) };
            self.parser.take(&piece)?;
        }
    }

    /// Where to go on after the events that were returned: the `last_id` of the next
    /// [`Client::follow`](super::Client::follow). Nothing is missed then, and nothing comes twice.
    #[must_use]
    pub fn last_id(&self) -> &str {
        &self.last_id
    }
}

/// Takes server-sent events out of bytes; knows no socket.
///
/// ```
/// use ringvisor::control::SseParser;
///
/// let mut parser = SseParser::default();
/// parser.take(b"event: log\nid: 7\ndata: {}")?;
/// assert_eq!(parser.next_event(), None);
/// parser.take(b"\n\n")?;
/// assert_eq!(parser.next_event().unwrap().id, "7");
/// # Ok::<(), ringvisor::control::ClientError>(())
/// ```
#[derive(Debug, Default)]
pub struct SseParser {
    /// The line that is not over.
    line: Vec<u8>,
    next: SseEvent,
    has_data: bool,
    id: String,
    ready: VecDeque<SseEvent>,
}

impl SseParser {
    /// Takes more bytes, in pieces of any size.
    ///
    /// # Errors
    /// An event is longer than 1 MiB.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            if self.line.len() + self.next.data.len() + line.len() > EVENT_MAX {
                return Err(ClientError::Protocol(String::from("an event without an end")));
            }
            self.line.extend_from_slice(line);
            if self.line.ends_with(b"\n") {
                let mut line = core::mem::take(&mut self.line);
                line.pop();
                self.end_line(String::from_utf8_lossy(&line).trim_end_matches('\r'));
            }
        }
        Ok(())
    }

    /// The next event that is complete.
    pub fn next_event(&mut self) -> Option<SseEvent> {
        self.ready.pop_front()
    }

    fn end_line(&mut self, line: &str) {
        if line.is_empty() {
            let mut event = core::mem::take(&mut self.next);
            event.id.clone_from(&self.id);
            if core::mem::take(&mut self.has_data) {
                self.ready.push_back(event);
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.next.name = value.into(),
            "id" => self.id = value.into(),
            "data" => {
                self.next.data.push_str(if self.has_data { "\n" } else { "" });
                self.next.data.push_str(value);
                self.has_data = true;
            }
            _ => {}
        }
    }
}
