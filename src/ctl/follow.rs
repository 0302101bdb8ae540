//! `logs -f` and `logs -F`: the log as it comes, and on when the program is started again.

use core::time::Duration;
use std::io::Write;
use std::string::String;
use std::thread;

use serde_json::Value;

use super::call::Call;
use super::exit::{Done, Exit, Trouble};
use super::harmless::Harmless;
use super::output::Output;
use super::verbs::{Ask, Pages, Printer};
use crate::clock::Clock;
use crate::control::api::Program;
use crate::control::place;
use crate::control::{Client, ClientError, SseEvent};
use crate::supervise::status::Rough;

/// How often it is looked whether the program is back.
const PAUSE: Duration = Duration::from_millis(100);

static CLOCK: Clock = Clock::system();

/// Who follows, and how far he has come.
struct Follower<'c> {
    call: &'c Call<'c>,
    ask: &'c Ask,
    printer: Printer,
    output: Output,
    program: Program,
    position: String,
    /// When the program was last heard, on our monotonic clock.
    heard: Duration,
}

/// How a program's log came to its end.
enum End {
    /// The program is gone.
    Gone,
    /// It answers, and does not want to any more.
    Refused(Trouble),
}

pub(super) fn follow(call: &Call<'_>, ask: &Ask, printer: Printer) -> Done {
    let survives = call.given.flag("follow-name");
    let client = first(call, survives)?;
    let mut follower = Follower {
        call,
        ask,
        printer,
        output: Output::plain(),
        program: Program::default(),
        position: String::new(),
        heard: now(),
    };
    follower.begin(&client)?;
    let mut client = client;
    loop {
        match follower.go_on(&client)? {
            End::Refused(trouble) => return Err(trouble),
            End::Gone if !survives => {
                let name = Harmless(&follower.program.name);
                call.remark(&std::format!("-- {name} has ended --"))?;
                return Ok(Exit::Ok);
            }
            End::Gone => client = follower.wait_for_it(),
        }
    }
}

/// The program that is meant; who survives its restart waits for its first start too, if it has a
/// name.
fn first(call: &Call<'_>, waits: bool) -> Result<Client, Trouble> {
    let mut is_told = false;
    loop {
        match call.client() {
            Err(trouble) if waits && trouble.exit == Exit::Unreachable => {
                let Some(name) = call.wanted() else { return Err(trouble) };
                if !is_told {
                    call.remark(&std::format!("-- waiting for {} --", Harmless(&name)))?;
                    is_told = true;
                }
                thread::sleep(PAUSE);
            }
            client => return client,
        }
    }
}

impl Follower<'_> {
    /// What is there already.
    fn begin(&mut self, client: &Client) -> Result<(), Trouble> {
        let mut pages = Pages::new(client, self.ask.clone());
        let mut lines = String::new();
        while let Some(page) = pages.next_page()? {
            self.printer.name.clone_from(&pages.program.name);
            if page.lost > 0 && self.ask.last.is_none() {
                self.printer.lost(page.lost, &mut lines);
            }
            page.records.iter().for_each(|record| self.printer.record(record.get(), &mut lines));
        }
        self.position = pages.position;
        self.program = pages.program;
        self.write(&lines)
    }

    /// What comes, until the program has ended.
    fn go_on(&mut self, client: &Client) -> Result<End, Trouble> {
        let mut events = match client.follow(self.ask.followed(), Some(&self.position)) {
            Ok(events) => events,
            Err(error) => return Ok(ended(error)),
        };
        loop {
            let event = events.next_event();
            match event {
                Ok(Some(event)) => self.take(&event)?,
                Ok(None) => break,
                Err(error) => {
                    self.position = events.last_id().into();
                    return Ok(ended(error));
                }
            }
            self.heard = now();
            // Whatever was returned last has come in last, once nothing else is ready.
            self.position = events.last_id().into();
        }
        Ok(End::Gone)
    }

    fn take(&mut self, event: &SseEvent) -> Result<(), Trouble> {
        let mut lines = String::new();
        match &*event.name {
            "log" => self.printer.record(&event.data, &mut lines),
            "lost" => self.printer.lost(lost_in(&event.data), &mut lines),
            "hello" | "restarted" => self.greet(&event.data, &mut lines),
            _ => {}
        }
        self.write(&lines)
    }

    /// Tells where the log of one process ends and that of the next one begins.
    fn greet(&mut self, data: &str, lines: &mut String) {
        let Ok(program) = serde_json::from_str::<Program>(data) else { return };
        if program.pid != self.program.pid || program.started != self.program.started {
            let (name, was, is) = (Harmless(&program.name), self.program.pid, program.pid);
            let gap = Rough(now().saturating_sub(self.heard));
            let text = std::format!("-- {name} restarted (pid {was} -> {is}), {gap} gap --");
            if self.printer.is_json() {
                // Without a standard error there is nobody to tell.
                _ = self.call.remark(&text);
            } else {
                lines.push_str(&text);
                lines.push('\n');
            }
        }
        self.program = program;
    }

    /// Whoever answers under the program's name.
    fn wait_for_it(&self) -> Client {
        loop {
            thread::sleep(PAUSE);
            if let Some(path) = self.call.given.value("socket") {
                if std::os::unix::net::UnixStream::connect(path).is_ok() {
                    return Client::unix(path);
                }
                continue;
            }
            let mut found = place::reachable();
            found.retain(|found| found.name == self.program.name);
            // A connection that broke off while the program lived leads back to it.
            found.sort_by_key(|found| found.pid != self.program.pid);
            if let Some(found) = found.into_iter().next() {
                return Client::unix(found.path);
            }
        }
    }

    fn write(&mut self, lines: &str) -> Result<(), Trouble> {
        if !lines.is_empty() {
            self.output.write_all(lines.as_bytes())?;
            self.output.flush()?;
        }
        Ok(())
    }
}

/// Whether a program that does not go on is gone.
fn ended(error: ClientError) -> End {
    match error {
        ClientError::Connect { .. }
        | ClientError::Broken(_)
        | ClientError::Silent(_)
        | ClientError::NotFound { .. } => End::Gone,
        error => End::Refused(error.into()),
    }
}

fn lost_in(data: &str) -> u64 {
    let value: Value = serde_json::from_str(data).unwrap_or_default();
    value["lost"].as_u64().unwrap_or(0)
}

fn now() -> Duration {
    Duration::from_nanos(CLOCK.sample().mono_ns)
}
