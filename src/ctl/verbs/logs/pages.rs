//! The log, page by page.

use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Ask;
use crate::control::Client;
use crate::control::api::{Envelope, Program};
use crate::ctl::exit::Trouble;

/// A part of the log, each record as it came.
#[derive(Debug, Deserialize)]
pub(in crate::ctl) struct Page {
    pub(in crate::ctl) records: Vec<Box<RawValue>>,
    #[serde(default)]
    pub(in crate::ctl) lost: u64,
    pub(in crate::ctl) position: String,
}

/// The pages of what is there when the first of them is asked for.
pub(in crate::ctl) struct Pages<'a> {
    client: &'a Client,
    ask: Ask,
    /// Who answered, once somebody did.
    pub(in crate::ctl) program: Program,
    /// Behind the last record that was delivered.
    pub(in crate::ctl) position: String,
    /// How many records were delivered.
    pub(super) count: u64,
    is_over: bool,
}

impl<'a> Pages<'a> {
    pub(in crate::ctl) fn new(client: &'a Client, ask: Ask) -> Self {
        let program = Program::default();
        Self { client, ask, program, position: String::new(), count: 0, is_over: false }
    }

    pub(in crate::ctl) fn next_page(&mut self) -> Result<Option<Page>, Trouble> {
        if self.is_over {
            return Ok(None);
        }
        let ask = if self.position.is_empty() {
            self.ask.first()
        } else {
            self.ask.behind(&self.position, &self.program.now)
        };
        let text = self.client.open(&ask)?.text()?;
        // Raw records survive only if nothing else takes the envelope apart before.
        let answer = serde_json::from_str::<Envelope<Page>>(&text);
        let Envelope { program, data, next, .. } =
            answer.map_err(|error| super::misunderstood(&error))?;
        if self.position.is_empty() {
            self.program = program;
        }
        self.is_over = next.is_none() || data.position.is_empty();
        self.position.clone_from(&data.position);
        self.count += data.records.len() as u64;
        Ok(Some(data))
    }
}
