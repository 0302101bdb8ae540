//! One call of the command, and what all verbs need for theirs.

use core::cell::OnceCell;
use core::time::Duration;
use std::env;
use std::io::Write;
use std::string::{String, ToString};
use std::vec::Vec;

use serde_json::Value;

use super::boxes;
use super::exit::{Done, Exit, Trouble};
use super::given::Given;
use super::output::Output;
use super::terminal::Terminal;
use crate::control::api::{Envelope, Task};
use crate::control::place::VARIABLE;
use crate::control::{Ask, Client};

/// One call of the command.
pub(super) struct Call<'a> {
    /// What the user types for it.
    pub(super) command: &'a str,
    /// The program that is meant unless another one is given.
    name: Option<&'a str>,
    pub(super) given: Given,
    pub(super) terminal: Terminal,
    /// Whoever answers out of a black box, once one was read.
    past: OnceCell<Client>,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        command: &'a str,
        name: Option<&'a str>,
        given: Given,
    ) -> Result<Self, Trouble> {
        let terminal = Terminal::find(&given)?;
        Ok(Self { command, name, given, terminal, past: OnceCell::new() })
    }

    /// Whoever asks the program that is meant.
    pub(super) fn client(&self) -> Result<Client, Trouble> {
        if boxes::is_meant(self) {
            // A box is read once, however often it is asked.
            if self.past.get().is_none() {
                _ = self.past.set(boxes::client(self)?);
            }
        }
        if let Some(client) = self.past.get() {
            return Ok(client.clone());
        }
        let client = match self.given.value("socket") {
            Some(path) => Client::unix(path),
            None => Client::find(self.wanted().as_deref())?,
        };
        let patience = self.given.number("timeout")?.map(Duration::from_secs);
        Ok(match patience {
            Some(patience) => client.patience(patience),
            None => client,
        })
    }

    /// The name or number of the program that is meant, if that is said.
    pub(super) fn wanted(&self) -> Option<String> {
        let given = self.given.value("pid").or_else(|| self.given.value("name"));
        let socket = env::var_os(VARIABLE);
        let is_set = socket.is_some_and(|path| !path.is_empty() && path != "off");
        given.or(self.name.filter(|_| !is_set)).map(str::to_string)
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.given.flag("quiet")
    }

    /// In which form the answer is wanted: `None` is that of the verb.
    pub(super) fn form(&self) -> Option<String> {
        let set = || env::var("RINGVISOR_OUTPUT").ok().filter(|form| !form.is_empty());
        self.given.value("output").map(str::to_string).or_else(set)
    }

    /// Whether JSON is wanted, of a verb that knows nothing else beside its text.
    pub(super) fn wants_json(&self) -> Result<bool, Trouble> {
        match self.given.value("output") {
            None | Some("text") => Ok(false),
            Some("json") => Ok(true),
            Some(other) => {
                Err(Trouble::usage(std::format!("--output={other}: it is text or json")))
            }
        }
    }

    /// With how the text is to look.
    pub(super) fn looking(&self, ask: Ask) -> Ask {
        let Terminal { colours, ascii, width, .. } = self.terminal;
        let ask = ask.some("width", width).some("colours", colours.then_some(1));
        let ask = ask.some("ascii", ascii.then_some(1)).some("utc", self.utc());
        ask.query("command", self.command)
    }

    fn utc(&self) -> Option<u8> {
        self.given.flag("utc").then_some(1)
    }

    /// Shows a text, where somebody reads it through a pager.
    pub(super) fn show(&self, text: &str) -> Result<(), Trouble> {
        let mut output = self.output(false);
        output.write_all(text.as_bytes())?;
        output.finish()
    }

    /// Where the answer goes, if it is over some time.
    pub(super) fn output(&self, at_end: bool) -> Output {
        if self.terminal.is_terminal && !self.given.flag("no-pager") {
            return Output::paged(at_end);
        }
        Output::plain()
    }

    /// Asks, and shows the answer: as text, or in its envelope.
    pub(super) fn pass(&self, ask: Ask) -> Done {
        let client = self.client()?;
        if self.wants_json()? {
            let envelope: Envelope<Value> = client.get(ask)?;
            return self.show_json(&envelope).map(|()| Exit::Ok);
        }
        let text = client.text(self.looking(ask))?;
        self.show(&text).map(|()| Exit::Ok)
    }

    pub(super) fn show_json<T: serde::Serialize>(
        &self,
        envelope: &Envelope<T>,
    ) -> Result<(), Trouble> {
        let json = serde_json::to_string(envelope);
        let mut json = json.map_err(|error| Trouble::new(Exit::Nothing, error.to_string()))?;
        json.push('\n');
        self.show(&json)
    }

    /// All tasks that these names and globs mean, page by page.
    pub(super) fn tasks(&self, client: &Client, names: &[String]) -> Result<Vec<Task>, Trouble> {
        let ask = select(Ask::path(&["v1", "tasks"]), names);
        let (mut tasks, mut after) = (Vec::new(), None);
        loop {
            let page: Envelope<Vec<Task>> = client.get(ask.clone().some("after", after))?;
            tasks.extend(page.data);
            after = page.next;
            if after.is_none() {
                return Ok(tasks);
            }
        }
    }

    /// Says something about the answer.
    pub(super) fn remark(&self, text: &str) -> Result<(), Trouble> {
        if !self.is_quiet() {
            writeln!(std::io::stderr(), "{text}")?;
        }
        Ok(())
    }
}

/// Asks for these tasks; for all where none is named.
pub(super) fn select(ask: Ask, names: &[String]) -> Ask {
    names.iter().fold(ask, |ask, name| ask.query("select", name))
}
