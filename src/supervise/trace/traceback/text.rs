//! Tracebacks for people: the user's own lines first, everybody else's folded.

use core::fmt::{self, Display, Write};
use core::time::Duration;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::{Alike, Failed, Found, Panicked, Running, Suspended, Traceback, group};
use crate::record::{Calendar, Time, Zone, write_line};
use crate::supervise::status::Rough;
use crate::supervise::trace::last_lines::LogLine;
use crate::supervise::trace::stack::{Frame, Owner, Stack};
use crate::supervise::trace::watchdog::Activity;

/// How wide the labels are.
const LABEL: usize = 9;

/// Writes tracebacks for people.
///
/// ```text
/// flaky, run 39, panicked 2026-11-21 09:26:01 after 19.8 s   (39 times there, first 09:12:23)
///   message   checksum mismatch in block 7
///   at        examples/demo.rs:61:13   in demo::flaky::verify
///   called    examples/demo.rs:52:9    in demo::flaky::read_block
///   task      examples/demo.rs:47:5    in demo::flaky
///   spawned   examples/demo.rs:144:8
///   log       09:26:00.992 DEBUG read block=7 bytes=4096
///   (11 frames of libraries are not shown)
/// ```
#[derive(Clone, Debug)]
#[must_use = "a renderer does nothing by itself"]
pub struct Text {
    now: Time,
    calendar: Calendar,
    full: bool,
}

impl Text {
    /// As it is at that moment, with times of that zone.
    pub fn at(now: Time, zone: Zone) -> Self {
        Self { now, calendar: Calendar::new(zone), full: false }
    }

    /// Whether frames of libraries are shown too.
    pub fn full(mut self, full: bool) -> Self {
        self.full = full;
        self
    }

    /// Writes one traceback, in lines.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn render<W: Write + ?Sized>(&mut self, traceback: &Traceback, out: &mut W) -> fmt::Result {
        write_line(&traceback.name, out)?;
        if traceback.run > 0 {
            write!(out, ", run {}", traceback.run)?;
        }
        out.write_str(", ")?;
        self.found(&traceback.found, out)?;
        self.body(traceback, out)
    }

    /// Writes all of them, those that were found alike together and the largest group first.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn render_all<W: Write + ?Sized>(&mut self, all: &[Traceback], out: &mut W) -> fmt::Result {
        for (at, alike) in group(all).iter().enumerate() {
            out.write_str(if at == 0 { "" } else { "\n" })?;
            match alike.count {
                1 => self.render(alike.example, out)?,
                _ => self.group(alike, out)?,
            }
        }
        Ok(())
    }

    fn group<W: Write + ?Sized>(&mut self, alike: &Alike<'_>, out: &mut W) -> fmt::Result {
        write!(out, "{} tasks wait ", Thousands(alike.count))?;
        match (&alike.example.found, alike.example.waits_at()) {
            (Found::NoWaker, _) => out.write_str("for ever, nobody can wake them: ")?,
            (_, Some(place)) => write!(out, "at {place}: ")?,
            (_, None) => out.write_str("at the same place: ")?,
        }
        for (at, name) in alike.names.iter().enumerate() {
            out.write_str(if at == 0 { "" } else { ", " })?;
            write_line(name, out)?;
        }
        out.write_str(if alike.count > alike.names.len() { ", …\n" } else { "\n" })?;
        self.body(alike.example, out)
    }

    /// The rest of the first line, and what belongs to it alone.
    fn found<W: Write + ?Sized>(&mut self, found: &Found, out: &mut W) -> fmt::Result {
        match found {
            Found::Suspended(suspended) => match suspended.idle {
                Some(idle) => writeln!(out, "suspended, last polled {} ago", Rough(idle)),
                None => writeln!(out, "suspended"),
            },
            Found::NoWaker => {
                writeln!(out, "pending, and nobody can wake it: it registered no waker")
            }
            Found::Running(running) => running_line(running, out),
            Found::Unanswered { last: None } => {
                writeln!(out, "not polled in time: its worker is blocked, or its runtime is")
            }
            Found::Unanswered { last: Some((_, age)) } => {
                let age = Rough(*age);
                writeln!(out, "not polled in time: its worker is blocked; {age} ago it was here:")
            }
            Found::Blocking => writeln!(out, "runs on a blocking thread, which cannot be asked"),
            Found::Panicked(panicked) => self.panicked_line(panicked, out),
            Found::Failed(failed) => {
                out.write_str("failed ")?;
                self.ended(failed.time, failed.after, out)?;
                out.write_char('\n')
            }
            Found::Down(why) => {
                write_line(why, out)?;
                out.write_char('\n')
            }
        }
    }

    fn panicked_line<W: Write + ?Sized>(
        &mut self,
        panicked: &Panicked,
        out: &mut W,
    ) -> fmt::Result {
        out.write_str("panicked ")?;
        self.ended(panicked.time, panicked.after, out)?;
        if let (2.., Some(first)) = (panicked.seen, panicked.first) {
            write!(out, "   ({} times there, first ", panicked.seen)?;
            self.time(first, out)?;
            out.write_char(')')?;
        }
        out.write_char('\n')
    }

    fn ended<W: Write + ?Sized>(
        &mut self,
        time: Time,
        after: Duration,
        out: &mut W,
    ) -> fmt::Result {
        self.time(time, out)?;
        write!(out, " after {}", Rough(after))
    }

    /// The second, or how long ago it was where no wall clock is known.
    fn time<W: Write + ?Sized>(&mut self, time: Time, out: &mut W) -> fmt::Result {
        if time.wall_ns != 0 {
            return out.write_str(self.calendar.second_text(time.wall_ns));
        }
        let ago = self.now.mono_ns.saturating_sub(time.mono_ns);
        write!(out, "{} ago", Rough(Duration::from_nanos(ago)))
    }

    fn body<W: Write + ?Sized>(&mut self, traceback: &Traceback, out: &mut W) -> fmt::Result {
        match &traceback.found {
            Found::Panicked(panicked) => {
                lines("message", &panicked.message, out)?;
                if panicked.stack.user().next().is_none() {
                    some("at", panicked.place.as_ref(), out)?;
                }
                self.stack(&panicked.stack, out)?;
            }
            Found::Failed(failed) => self.failed(failed, out)?,
            Found::Suspended(suspended) => self.waits(suspended, out)?,
            Found::Running(running) => self.running(running, out)?,
            Found::Unanswered { last } => {
                last.iter().try_for_each(|(last, _)| self.waits(last, out))?;
            }
            Found::NoWaker | Found::Blocking | Found::Down(_) => {}
        }
        some("spawned", traceback.spawned_at.as_ref(), out)?;
        if !traceback.spans.is_empty() {
            let named = |span: &super::Span| format!("{} ({})", span.name, Rough(span.age));
            let spans: Vec<String> = traceback.spans.iter().map(named).collect();
            lines("doing", &spans.join(" > "), out)?;
        }
        self.log(&traceback.log, out)?;
        self.footer(traceback, out)
    }

    fn log<W: Write + ?Sized>(&mut self, log: &[LogLine], out: &mut W) -> fmt::Result {
        for (at, line) in log.iter().enumerate() {
            let label = if at == 0 { "log" } else { "" };
            write!(out, "  {label:LABEL$} ")?;
            self.moment(line.time, out)?;
            write!(out, " {:5} ", line.level.as_str())?;
            // It was made harmless when it was taken.
            writeln!(out, "{}", line.text)?;
        }
        Ok(())
    }

    /// The time of day with milliseconds; the day stands in the first line.
    fn moment<W: Write + ?Sized>(&mut self, time: Time, out: &mut W) -> fmt::Result {
        if time.wall_ns == 0 {
            return self.time(time, out);
        }
        let second = self.calendar.second_text(time.wall_ns);
        let clock = second.split_once(' ').map_or(second, |(_, clock)| clock);
        write!(out, "{clock}.{:03}", time.wall_ns.rem_euclid(1_000_000_000) / 1_000_000)
    }

    fn failed<W: Write + ?Sized>(&mut self, failed: &Failed, out: &mut W) -> fmt::Result {
        let class = failed.error.short_class();
        for (at, message) in failed.error.chain.iter().enumerate() {
            let label = if at == 0 { "error" } else { "source" };
            match (at, class) {
                (0, class) if !class.is_empty() => {
                    lines(label, &format!("{class}: {message}"), out)?
                }
                _ => lines(label, message, out)?,
            }
        }
        if let Some(stack) = &failed.stack {
            self.stack(stack, out)?;
        }
        if let Some((last, age)) = &failed.last {
            lines("before", &format!("{} ago it waited here:", Rough(*age)), out)?;
            self.waits(last, out)?;
        }
        Ok(())
    }

    fn running<W: Write + ?Sized>(&mut self, running: &Running, out: &mut W) -> fmt::Result {
        if let Some(stack) = &running.stack {
            self.stack(stack, out)?;
        }
        if let Some((last, age)) = &running.last {
            lines("before", &format!("{} ago it waited here:", Rough(*age)), out)?;
            self.waits(last, out)?;
        }
        Ok(())
    }

    fn waits<W: Write + ?Sized>(&mut self, suspended: &Suspended, out: &mut W) -> fmt::Result {
        let count = suspended.waits.len();
        for (at, stack) in suspended.waits.iter().enumerate() {
            let path = stack.waits_in().map_or_else(|| "?".into(), Frame::path);
            let path =
                if stack.frames().next().is_none() { "another thread".to_string() } else { path };
            let which =
                if count > 1 { format!("  ({} of {count})", at + 1) } else { String::new() };
            lines("waits in", &format!("{path}{which}"), out)?;
            self.stack(stack, out)?;
        }
        if suspended.missed > 0 {
            lines("", &format!("and {} places more", suspended.missed), out)?;
        }
        Ok(())
    }

    fn stack<W: Write + ?Sized>(&self, stack: &Stack, out: &mut W) -> fmt::Result {
        let any_user = stack.user().next().is_some();
        let shown: Vec<&Frame> = match (self.full, any_user) {
            (false, true) => stack.user().collect(),
            (false, false) => stack.frames().filter(|frame| is_code(frame)).collect(),
            (true, _) => stack.frames().collect(),
        };
        let places: Vec<String> = shown
            .iter()
            .map(|f| f.place.as_ref().map_or("?".into(), ToString::to_string))
            .collect();
        let width = places.iter().map(|place| place.chars().count()).max().unwrap_or(0);
        for (at, (frame, place)) in shown.iter().zip(&places).enumerate() {
            let label = match at {
                0 => "at",
                _ if at + 1 == shown.len() && !stack.is_truncated() && any_user => "task",
                _ => "called",
            };
            lines(label, &format!("{place:width$}   in {}", frame.function), out)?;
        }
        Ok(())
    }

    /// What is left out, and what to do for more.
    fn footer<W: Write + ?Sized>(&self, traceback: &Traceback, out: &mut W) -> fmt::Result {
        let stacks = traceback.stacks();
        let hidden = |stack: &&Stack| match stack.user().count() {
            0 => 0,
            user => stack.frames().count() - user - stack.unread(),
        };
        let hidden: usize = stacks.iter().map(hidden).sum();
        if hidden > 0 && !self.full {
            let frames =
                if hidden == 1 { "frame of a library is" } else { "frames of libraries are" };
            writeln!(out, "  ({hidden} {frames} not shown)")?;
        }
        if stacks.iter().any(|stack| stack.is_truncated()) {
            writeln!(out, "  (the stack is deeper than that)")?;
        }
        if stacks.iter().any(|stack| stack.unread() > 0) {
            writeln!(out, "  (some frames could not be read yet; ask again)")?;
        } else if stacks.iter().any(|stack| stack.lacks_lines()) {
            writeln!(
                out,
                "  (no lines in this build: set debug = \"line-tables-only\" in its profile)"
            )?;
        }
        Ok(())
    }
}

fn running_line<W: Write + ?Sized>(running: &Running, out: &mut W) -> fmt::Result {
    write!(out, "has been running for {} without a break on ", Rough(running.held))?;
    write_line(&running.thread, out)?;
    match running.activity {
        Some(Activity::Sleeping | Activity::Blocked) => {
            out.write_str(", which waits in the system")?
        }
        Some(Activity::Stopped) => out.write_str(", which is stopped")?,
        Some(Activity::Running) => out.write_str(", which computes")?,
        None => {}
    }
    out.write_char('\n')
}

/// Whether it says something where no code of the user's is.
fn is_code(frame: &Frame) -> bool {
    !matches!(frame.owner, Owner::Std | Owner::Wrapper)
}

/// A labelled text; its further lines are indented below it.
fn lines<W: Write + ?Sized>(label: &str, text: &str, out: &mut W) -> fmt::Result {
    for (at, line) in text.lines().enumerate() {
        let label = if at == 0 { label } else { "" };
        write!(out, "  {label:LABEL$} ")?;
        write_line(line, out)?;
        out.write_char('\n')?;
    }
    Ok(())
}

fn some<W: Write + ?Sized>(label: &str, text: Option<impl Display>, out: &mut W) -> fmt::Result {
    text.map_or(Ok(()), |text| lines(label, &text.to_string(), out))
}

/// `9,812`.
struct Thousands(usize);

impl Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}
