//! All about one task, in the style of the house.

use core::fmt::{self, Write};
use core::time::Duration;

use super::pen::{ARROW, BAR};
use super::run::Failure;
use super::screen::Screen;
use super::snapshot::{Service, Snapshot};
use crate::record::Elapsed;

/// How far the lines below a task are indented.
const INDENT: usize = 4;
/// The same below a child of a service.
const CHILD: usize = 16;
/// How far a traceback is indented below its task.
const TRACEBACK: usize = 14;

impl<W: Write + ?Sized> Screen<'_, W> {
    /// The line of a task and all that is known of it; for a service also its children.
    ///
    /// ```text
    /// ● blink: status: done @ 2015-01-01 11:28:33; 3 s ago --> result:
    ///     Task: <Taskctl object at 2000c7d0>
    ///     ┗━► runtime: 00:01:22
    ///     ┗━► args: (2,)
    ///     ┗━► kwargs: { 'sleep': 5 }
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn debug<'a>(
        &mut self,
        task: &Snapshot,
        children: impl IntoIterator<Item = &'a Snapshot>,
    ) -> fmt::Result {
        match &task.service {
            None => self.short(task)?,
            Some(service) => self.service(service, task, children)?,
        }
        self.tree(task, INDENT)
    }

    /// Why the last run failed; nothing where it did not.
    ///
    /// ```text
    /// flaky: Traceback
    /// at src/demo.rs:61:13
    /// panic: checksum mismatch in block 7
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn traceback(&mut self, task: &Snapshot) -> fmt::Result {
        task.failure.as_ref().map_or(Ok(()), |failure| self.trace(task, failure, 0))
    }

    fn service<'a>(
        &mut self,
        service: &Service,
        task: &Snapshot,
        children: impl IntoIterator<Item = &'a Snapshot>,
    ) -> fmt::Result {
        self.dot(task)?;
        write!(self.pen, " {} - {}", task.name, service.description)?;
        self.pen.end()?;
        write!(self.pen, "    Loaded: Service: {}", task.name)?;
        if !service.loaded_from.is_empty() {
            write!(self.pen, " from {}", service.loaded_from)?;
        }
        self.pen.end()?;
        self.pen.write_str("    Active: ")?;
        self.active(task)?;
        write!(self.pen, "    Type: {}", service.kind)?;
        self.pen.end()?;
        write!(self.pen, "    Docs: {}", service.docs)?;
        self.pen.end()?;
        if let Some(stats) = &service.stats {
            write!(self.pen, "    {}:  {}", stats.title, stats.text)?;
            self.pen.end()?;
        }
        self.children(task, children)
    }

    fn children<'a>(
        &mut self,
        task: &Snapshot,
        children: impl IntoIterator<Item = &'a Snapshot>,
    ) -> fmt::Result {
        if task.members.count == 0 {
            return Ok(());
        }
        write!(self.pen, "    CTasks: {}", task.members.count)?;
        self.pen.end()?;
        for child in children {
            self.pen.indent(8)?;
            self.pen.sign(ARROW)?;
            self.short(child)?;
            self.tree(child, CHILD)?;
        }
        self.pen.indent(INDENT)?;
        (0..60).try_for_each(|_| self.pen.sign(BAR))?;
        self.pen.end()
    }

    fn tree(&mut self, task: &Snapshot, indent: usize) -> fmt::Result {
        self.pen.indent(indent)?;
        write!(self.pen, "Task: <Taskctl object at {:08x}>", task.id.0)?;
        self.pen.end()?;
        if let Some(runtime) = runtime(task) {
            self.branch(indent)?;
            write!(self.pen, "runtime: {}", Elapsed::from(runtime))?;
            self.pen.end()?;
        }
        self.schedule(task, indent)?;
        self.schedule_options(task, indent)?;
        self.branch(indent)?;
        self.positional(task)?;
        self.branch(indent)?;
        self.keyed(task, indent)?;
        match &task.failure {
            Some(failure) if !task.state.is_alive() => {
                self.branch(indent)?;
                self.pen.write_str("traceback: ")?;
                self.trace(task, failure, indent + TRACEBACK)
            }
            _ => Ok(()),
        }
    }

    fn branch(&mut self, indent: usize) -> fmt::Result {
        self.pen.indent(indent)?;
        self.pen.sign(ARROW)
    }

    /// `(2,)`, as tuples are written.
    fn positional(&mut self, task: &Snapshot) -> fmt::Result {
        self.pen.write_str("args: (")?;
        let values = &task.args.positional;
        for (at, value) in values.iter().enumerate() {
            write!(self.pen, "{}{value}", if at == 0 { "" } else { ", " })?;
        }
        self.pen.write_str(if values.len() == 1 { ",)" } else { ")" })?;
        self.pen.end()
    }

    /// `{ 'sleep': 5 }`, one in a line, the callbacks among them.
    fn keyed(&mut self, task: &Snapshot, indent: usize) -> fmt::Result {
        let column = indent + "\\_> kwargs: { ".len();
        let values = task.args.keyed.iter().map(|(key, value)| (&**key, value.as_str()));
        let callbacks = task.callbacks.iter().map(|name| (&**name, "<function>"));
        self.pen.write_str("kwargs: {")?;
        let mut is_first = true;
        for (key, value) in values.chain(callbacks) {
            if is_first {
                self.pen.write_str(" ")?;
            } else {
                self.pen.write_str(",")?;
                self.pen.end()?;
                self.pen.indent(column)?;
            }
            write!(self.pen, "'{key}': {value}")?;
            is_first = false;
        }
        self.pen.write_str(if is_first { "}" } else { " }" })?;
        self.pen.end()
    }

    /// The failure of its last run below its name, with all that is known of it.
    fn trace(&mut self, task: &Snapshot, failure: &Failure, indent: usize) -> fmt::Result {
        write!(self.pen, "{}: Traceback", task.name)?;
        self.pen.end()?;
        for line in task.traceback.lines() {
            self.pen.indent(indent)?;
            self.pen.write_str(line)?;
            self.pen.end()?;
        }
        self.failure(failure, indent)
    }

    /// Where it happened and what was said, each source in a line of its own.
    fn failure(&mut self, failure: &Failure, indent: usize) -> fmt::Result {
        let links = match failure {
            Failure::Error(error) => &error.chain[..],
            Failure::Panic(panic) => {
                if let Some(place) = &panic.place {
                    self.pen.indent(indent)?;
                    write!(self.pen, "at {place}")?;
                    self.pen.end()?;
                }
                core::slice::from_ref(&panic.message)
            }
            Failure::Other(text) => {
                self.pen.indent(indent)?;
                self.pen.write_str(text)?;
                return self.pen.end();
            }
        };
        for (at, link) in links.iter().enumerate() {
            self.pen.indent(indent)?;
            let class = if at == 0 { failure.class() } else { "caused by" };
            let colon = if class.is_empty() { "" } else { ": " };
            write!(self.pen, "{class}{colon}{link}")?;
            self.pen.end()?;
        }
        Ok(())
    }
}

/// How long the run that ended last took; `None` while another one is alive.
fn runtime(task: &Snapshot) -> Option<Duration> {
    let (started, ended) = task.started.zip(task.ended)?;
    let length = ended.mono_ns.checked_sub(started.mono_ns).map(Duration::from_nanos);
    length.filter(|_| !task.state.is_alive())
}
