//! Tracebacks for programs.

use core::fmt::{self, Display, Write};
use core::time::Duration;
use std::format;

use super::{Failed, Found, Panicked, Running, Span, Suspended, Traceback};
use crate::record::{Calendar, Time, Zone, write_json};
use crate::supervise::status::Place;
use crate::supervise::trace::last_lines::LogLine;
use crate::supervise::trace::stack::{Frame, Owner, Stack};
use crate::supervise::trace::watchdog::Activity;

/// The version of the form.
pub const VERSION: u32 = 1;

/// Writes a traceback as one JSON object in one line.
///
/// `v` is the version of the form, [`VERSION`]. Later versions of the crate only add keys; what
/// would break a reader changes `v`. What is not known is left out. Times are RFC 3339 in UTC with
/// microseconds, or milliseconds of the monotonic clock where no wall clock is known.
///
/// | key | value |
/// |---|---|
/// | `v`, `id`, `name`, `run` | numbers, string, number |
/// | `found` | `suspended`, `no_waker`, `running`, `unanswered`, `blocking`, `panicked`, `failed`, `down` |
/// | `waits` | array of stacks: one for each thing that it waits for |
/// | `missed`, `idle_ms` | waits left out, time since its last poll |
/// | `held_ms`, `thread`, `activity`, `stack` | of what is running; `stack` of a panic, and of an error that has one, too |
/// | `last` | `{"age_ms":…,"waits":[…]}`: where it waited before |
/// | `message`, `at`, `time`, `after_ms`, `seen`, `first` | of a panic |
/// | `error`, `class`, `debug` | of a failure: array of messages, strings |
/// | `why` | of what is down |
/// | `spawned_at` | `{"file":…,"line":1,"column":2}` |
/// | `spans` | array of `{"name":…,"age_ms":…}`, the outermost first |
/// | `log` | array of `{"time":…,"level":…,"text":…}`, the oldest first |
///
/// A stack is `{"frames":[…],"truncated":true}`, a frame
/// `{"fn":…,"file":…,"line":1,"column":2,"owner":…}` with the owner `user`, `std`, `wrapper`,
/// `unknown`, or the name of a package.
#[derive(Clone, Debug)]
pub struct Json {
    calendar: Calendar,
}

impl Json {
    /// A renderer of JSON lines.
    #[must_use]
    pub const fn new() -> Self {
        Self { calendar: Calendar::new(Zone::Utc) }
    }

    /// Writes the object of one traceback, without the line's end.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn render<W: Write + ?Sized>(&mut self, traceback: &Traceback, out: &mut W) -> fmt::Result {
        let mut object = Object::open(out)?;
        object.plain("v", VERSION)?;
        object.plain("id", traceback.task.0)?;
        object.text("name", &traceback.name)?;
        object.plain("run", traceback.run)?;
        self.found(&traceback.found, &mut object)?;
        if let Some(place) = &traceback.spawned_at {
            write_place(place, object.object("spawned_at")?)?;
        }
        if !traceback.spans.is_empty() {
            object.array("spans", &traceback.spans, write_span)?;
        }
        if !traceback.log.is_empty() {
            object.key("log")?;
            self.log(&traceback.log, object.out)?;
        }
        object.close()
    }

    fn found<W: Write + ?Sized>(
        &mut self,
        found: &Found,
        object: &mut Object<'_, W>,
    ) -> fmt::Result {
        object.text("found", word(found))?;
        match found {
            Found::Suspended(suspended) => write_suspended(suspended, object),
            Found::Running(running) => write_running(running, object),
            Found::Unanswered { last } => write_last(last.as_ref(), object),
            Found::Panicked(panicked) => self.panicked(panicked, object),
            Found::Failed(failed) => self.failed(failed, object),
            Found::Down(why) => object.text("why", why),
            Found::NoWaker | Found::Blocking => Ok(()),
        }
    }

    fn panicked<W: Write + ?Sized>(
        &mut self,
        panicked: &Panicked,
        object: &mut Object<'_, W>,
    ) -> fmt::Result {
        object.text("message", &panicked.message)?;
        if let Some(place) = &panicked.place {
            write_place(place, object.object("at")?)?;
        }
        object.text("thread", &panicked.thread)?;
        self.time("time", panicked.time, object)?;
        object.millis("after_ms", panicked.after)?;
        if panicked.seen > 0 {
            object.plain("seen", panicked.seen)?;
        }
        if let Some(first) = panicked.first {
            self.time("first", first, object)?;
        }
        object.key("stack")?;
        write_stack(&panicked.stack, object.out)
    }

    fn failed<W: Write + ?Sized>(
        &mut self,
        failed: &Failed,
        object: &mut Object<'_, W>,
    ) -> fmt::Result {
        object.array("error", &failed.error.chain, |text, out| write_string(text, out))?;
        object.text("class", &failed.error.class)?;
        object.text("debug", &failed.debug)?;
        self.time("time", failed.time, object)?;
        object.millis("after_ms", failed.after)?;
        if let Some(stack) = &failed.stack {
            object.key("stack")?;
            write_stack(stack, object.out)?;
        }
        write_last(failed.last.as_ref(), object)
    }

    fn log<W: Write + ?Sized>(&mut self, log: &[LogLine], out: &mut W) -> fmt::Result {
        for (at, line) in log.iter().enumerate() {
            out.write_char(if at == 0 { '[' } else { ',' })?;
            let mut object = Object::open(out)?;
            self.time("time", line.time, &mut object)?;
            object.text("level", line.level.as_str())?;
            object.text("text", &line.text)?;
            object.close()?;
        }
        out.write_char(']')
    }

    fn time<W: Write + ?Sized>(
        &mut self,
        key: &str,
        time: Time,
        object: &mut Object<'_, W>,
    ) -> fmt::Result {
        if time.wall_ns == 0 {
            return object.plain(key, time.mono_ns / 1_000_000);
        }
        let micros = time.wall_ns.rem_euclid(1_000_000_000) / 1_000;
        let second = self.calendar.second_text(time.wall_ns).replace(' ', "T");
        object.text(key, &format!("{second}.{micros:06}Z"))
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::new()
    }
}

/// An object whose closing brace is not written yet.
struct Object<'a, W: Write + ?Sized> {
    out: &'a mut W,
    is_empty: bool,
}

impl<'a, W: Write + ?Sized> Object<'a, W> {
    fn open(out: &'a mut W) -> Result<Self, fmt::Error> {
        out.write_char('{')?;
        Ok(Self { out, is_empty: true })
    }

    fn close(self) -> fmt::Result {
        self.out.write_char('}')
    }

    fn key(&mut self, key: &str) -> fmt::Result {
        let comma = if core::mem::take(&mut self.is_empty) { "" } else { "," };
        write!(self.out, "{comma}\"{key}\":")
    }

    fn plain(&mut self, key: &str, value: impl Display) -> fmt::Result {
        self.key(key)?;
        write!(self.out, "{value}")
    }

    fn text(&mut self, key: &str, text: &str) -> fmt::Result {
        self.key(key)?;
        write_string(text, self.out)
    }

    fn millis(&mut self, key: &str, duration: Duration) -> fmt::Result {
        self.plain(key, duration.as_millis())
    }

    fn object(&mut self, key: &str) -> Result<Object<'_, W>, fmt::Error> {
        self.key(key)?;
        Object::open(self.out)
    }

    fn array<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        write: impl Fn(T, &mut W) -> fmt::Result,
    ) -> fmt::Result {
        self.key(key)?;
        self.out.write_char('[')?;
        for (at, item) in items.into_iter().enumerate() {
            self.out.write_str(if at == 0 { "" } else { "," })?;
            write(item, self.out)?;
        }
        self.out.write_char(']')
    }
}

fn write_string<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    out.write_char('"')?;
    write_json(text, out)?;
    out.write_char('"')
}

fn write_suspended<W: Write + ?Sized>(
    suspended: &Suspended,
    object: &mut Object<'_, W>,
) -> fmt::Result {
    object.array("waits", &suspended.waits, write_stack)?;
    if suspended.missed > 0 {
        object.plain("missed", suspended.missed)?;
    }
    suspended.idle.map_or(Ok(()), |idle| object.millis("idle_ms", idle))
}

fn write_running<W: Write + ?Sized>(running: &Running, object: &mut Object<'_, W>) -> fmt::Result {
    object.millis("held_ms", running.held)?;
    object.text("thread", &running.thread)?;
    if let Some(activity) = running.activity {
        object.text("activity", activity_word(activity))?;
    }
    if let Some(stack) = &running.stack {
        object.key("stack")?;
        write_stack(stack, object.out)?;
    }
    write_last(running.last.as_ref(), object)
}

fn write_last<W: Write + ?Sized>(
    last: Option<&(Suspended, Duration)>,
    object: &mut Object<'_, W>,
) -> fmt::Result {
    let Some((last, age)) = last else { return Ok(()) };
    let mut inner = object.object("last")?;
    inner.millis("age_ms", *age)?;
    write_suspended(last, &mut inner)?;
    inner.close()
}

fn write_stack<W: Write + ?Sized>(stack: &Stack, out: &mut W) -> fmt::Result {
    let mut object = Object::open(out)?;
    object.array("frames", stack.frames(), write_frame)?;
    if stack.is_truncated() {
        object.plain("truncated", true)?;
    }
    object.close()
}

fn write_frame<W: Write + ?Sized>(frame: &Frame, out: &mut W) -> fmt::Result {
    let mut object = Object::open(out)?;
    object.text("fn", &frame.function)?;
    if let Some(place) = &frame.place {
        object.text("file", &place.file)?;
        object.plain("line", place.line)?;
        object.plain("column", place.column)?;
    }
    let owner = match &frame.owner {
        Owner::User => "user",
        Owner::Library(name) => name,
        Owner::Std => "std",
        Owner::Wrapper => "wrapper",
        Owner::Unknown => "unknown",
    };
    object.text("owner", owner)?;
    object.close()
}

fn write_place<W: Write + ?Sized>(place: &Place, mut object: Object<'_, W>) -> fmt::Result {
    object.text("file", &place.file)?;
    object.plain("line", place.line)?;
    object.plain("column", place.column)?;
    object.close()
}

fn write_span<W: Write + ?Sized>(span: &Span, out: &mut W) -> fmt::Result {
    let mut object = Object::open(out)?;
    object.text("name", &span.name)?;
    object.millis("age_ms", span.age)?;
    object.close()
}

const fn word(found: &Found) -> &'static str {
    match found {
        Found::Suspended(_) => "suspended",
        Found::NoWaker => "no_waker",
        Found::Running(_) => "running",
        Found::Unanswered { .. } => "unanswered",
        Found::Blocking => "blocking",
        Found::Panicked(_) => "panicked",
        Found::Failed(_) => "failed",
        Found::Down(_) => "down",
    }
}

const fn activity_word(activity: Activity) -> &'static str {
    match activity {
        Activity::Running => "running",
        Activity::Sleeping => "sleeping",
        Activity::Blocked => "blocked",
        Activity::Stopped => "stopped",
    }
}
