//! A task as programs read it.

mod object;
mod words;

use core::fmt::{self, Write};
use core::time::Duration;

use super::condition::Condition;
use super::run::{Failure, Place, RunRecord};
use super::runs::outcome_word;
use super::snapshot::{Busy, Health, Schedule, Service, Snapshot};
use crate::record::{Calendar, Time, Zone};
use crate::supervise::State;
use object::Object;
use words::{health_word, hold_word, kind_word, state_word, wanted_word};

/// Writes a snapshot as one JSON object in one line.
///
/// `v` is the version of the form, [`VERSION`](Self::VERSION). Later versions of the crate only add
/// keys; what would break a reader changes `v`. What a task has not is left out. Times are RFC 3339
/// in UTC with microseconds; where no wall clock is known, `since` becomes `since_mono_ns`, and so
/// on. Ages are told beside them, because a reader's clock is another one.
///
/// | key | value |
/// |---|---|
/// | `v`, `id`, `name`, `kind` | `kind`: `once`, `task`, `blocking`, `local`, `group` |
/// | `group`, `parent`, `tags` | path, number, array of strings |
/// | `state`, `hold`, `condition` | the core's word, what it waits for, state and health in one word |
/// | `since`, `for_ms` | when it came into that state, and how long ago |
/// | `wanted` | `up`, `down`, `disabled`, `removed` |
/// | `health`, `health_text` | `ok`, `degraded`, `late`, `stalled`, `no_waker` |
/// | `status`, `progress` | string, `{"done":412,"of":1000}` |
/// | `members` | `{"count":3,"running":2}` |
/// | `run`, `started`, `ended`, `outcome` | of the newest run, and how the last one ended |
/// | `result` | string, as `Debug` writes it |
/// | `failure` | `{"kind":"error","class":…,"chain":[…]}`, `{"kind":"panic","message":…,"at":{…}}` or `{"kind":"other","message":…}` |
/// | `traceback` | string of lines |
/// | `counts`, `history` | `{"ok":1,"failed":0,"panicked":0}`, array of runs, the oldest first |
/// | `policy`, `attempt`, `restarts`, `budget` | string, numbers, `{"restarts":5,"window_ms":60000}` |
/// | `due_in_ms` | until the next start or the end of patience; negative when overdue |
/// | `idle_ok` | `true` where long silence is as it should be |
/// | `polls`, `busy_ns`, `busy_is`, `longest_poll_ns`, `last_wake_ms` | `busy_is`: `exact`, `sampled` |
/// | `args`, `kwargs`, `callbacks` | array, object, array |
/// | `schedule` | `{"text":…,"repeats":true,"last":…,"next":…,"options":{…}}` |
/// | `needs`, `service`, `spawned_at` | string, object, `{"file":…,"line":1,"column":2}` |
///
/// ```
/// use ringvisor::record::{TaskId, Time};
/// use ringvisor::supervise::status::{Json, Snapshot};
///
/// let mut line = String::new();
/// Json::new().render(&Snapshot::new(TaskId(7), "blink"), Time::default(), &mut line)?;
/// assert!(line.starts_with(r#"{"v":1,"id":7,"name":"blink","kind":"task","state":"stopped","#));
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Json {
    calendar: Calendar,
}

impl Json {
    /// The version of the form.
    pub const VERSION: u32 = 1;

    /// A renderer of JSON lines.
    #[must_use]
    pub const fn new() -> Self {
        Self { calendar: Calendar::new(Zone::Utc) }
    }

    /// Writes the object of one task, without the line's end.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn render<W: Write + ?Sized>(
        &mut self,
        task: &Snapshot,
        now: Time,
        out: &mut W,
    ) -> fmt::Result {
        let mut object = Object::open(out, &mut self.calendar)?;
        object.number("v", Self::VERSION)?;
        write_identity(task, &mut object)?;
        write_state(task, now, &mut object)?;
        write_runs(task, &mut object)?;
        write_restarts(task, now, &mut object)?;
        write_polls(task, &mut object)?;
        write_setup(task, &mut object)?;
        object.close()
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::new()
    }
}

fn write_identity<W: Write + ?Sized>(task: &Snapshot, object: &mut Object<'_, W>) -> fmt::Result {
    object.number("id", task.id.0)?;
    object.text("name", &task.name)?;
    object.text("kind", kind_word(task.kind))?;
    object.some_text("group", &task.group)?;
    object.some_number("parent", task.parent.map(|parent| parent.0))?;
    object.texts("tags", &task.tags)
}

fn write_state<W: Write + ?Sized>(
    task: &Snapshot,
    now: Time,
    object: &mut Object<'_, W>,
) -> fmt::Result {
    object.text("state", state_word(task.state))?;
    if let State::Waiting(hold) = task.state {
        object.text("hold", hold_word(hold))?;
    }
    object.text("condition", Condition::of(task).word().trim_end_matches('?'))?;
    object.time("since", task.since)?;
    object.number("for_ms", now.mono_ns.saturating_sub(task.since.mono_ns) / 1_000_000)?;
    object.text("wanted", wanted_word(task.wanted))?;
    object.text("health", health_word(&task.health))?;
    if let Health::Degraded(text) = &task.health {
        object.some_text("health_text", text)?;
    }
    object.some_text("status", &task.status)?;
    if let Some(progress) = task.progress {
        object.object("progress", |object| {
            object.number("done", progress.done)?;
            object.some_number("of", Some(progress.of).filter(|of| *of > 0))
        })?;
    }
    if task.members.count == 0 {
        return Ok(());
    }
    object.object("members", |object| {
        object.number("count", task.members.count)?;
        object.number("running", task.members.running)
    })
}

fn write_runs<W: Write + ?Sized>(task: &Snapshot, object: &mut Object<'_, W>) -> fmt::Result {
    object.number("run", task.run)?;
    object.some_time("started", task.started)?;
    object.some_time("ended", task.ended)?;
    object.some_text("outcome", task.outcome.map_or("", outcome_word))?;
    if let Some(result) = &task.result {
        object.text("result", result)?;
    }
    if let Some(failure) = &task.failure {
        object.object("failure", |object| write_failure(failure, object))?;
    }
    object.some_text("traceback", &task.traceback)?;
    object.object("counts", |object| {
        object.number("ok", task.counts.ok)?;
        object.number("failed", task.counts.failed)?;
        object.number("panicked", task.counts.panicked)
    })?;
    object.objects("history", &task.history, write_run)
}

fn write_run<W: Write + ?Sized>(run: &RunRecord, object: &mut Object<'_, W>) -> fmt::Result {
    object.number("run", run.number)?;
    object.time("started", run.started)?;
    object.time("ended", run.ended)?;
    object.number("lasted_ms", run.lasted().as_millis())?;
    object.text("outcome", outcome_word(run.outcome))?;
    object.some_text("detail", &run.detail)
}

fn write_failure<W: Write + ?Sized>(failure: &Failure, object: &mut Object<'_, W>) -> fmt::Result {
    match failure {
        Failure::Error(error) => {
            object.text("kind", "error")?;
            object.some_text("class", &error.class)?;
            object.texts("chain", &error.chain)
        }
        Failure::Panic(panic) => {
            object.text("kind", "panic")?;
            object.text("message", &panic.message)?;
            write_place("at", panic.place.as_ref(), object)
        }
        Failure::Other(text) => {
            object.text("kind", "other")?;
            object.text("message", text)
        }
    }
}

fn write_restarts<W: Write + ?Sized>(
    task: &Snapshot,
    now: Time,
    object: &mut Object<'_, W>,
) -> fmt::Result {
    object.some_text("policy", &task.policy)?;
    object.number("attempt", task.attempt)?;
    object.number("restarts", task.restarts)?;
    if let Some(budget) = task.budget {
        object.object("budget", |object| {
            object.number("restarts", budget.restarts)?;
            object.number("window_ms", budget.window.as_millis())
        })?;
    }
    let left = |due| (i128::from(due) - i128::from(now.mono_ns)) / 1_000_000;
    object.some_number("due_in_ms", task.due.map(left))
}

fn write_polls<W: Write + ?Sized>(task: &Snapshot, object: &mut Object<'_, W>) -> fmt::Result {
    object.some_number("polls", task.polls)?;
    let busy = match task.busy {
        Busy::Unknown => None,
        Busy::Exact(busy) => Some((busy, "exact")),
        Busy::Sampled(busy) => Some((busy, "sampled")),
    };
    if let Some((busy, word)) = busy {
        object.number("busy_ns", busy.as_nanos())?;
        object.text("busy_is", word)?;
    }
    object.some_number("longest_poll_ns", task.longest_poll.map(|poll| poll.as_nanos()))?;
    object.some_number("last_wake_ms", task.last_wake.as_ref().map(Duration::as_millis))?;
    object.some_number("idle_ok", task.idle_ok.then_some(true))
}

fn write_setup<W: Write + ?Sized>(task: &Snapshot, object: &mut Object<'_, W>) -> fmt::Result {
    object.texts("args", &task.args.positional)?;
    object.pairs("kwargs", &task.args.keyed)?;
    object.texts("callbacks", &task.callbacks)?;
    if let Some(schedule) = &task.schedule {
        object.object("schedule", |object| write_schedule(schedule, object))?;
    }
    object.some_text("needs", &task.needs)?;
    if let Some(service) = &task.service {
        object.object("service", |object| write_service(service, object))?;
    }
    write_place("spawned_at", task.spawned_at.as_ref(), object)
}

fn write_schedule<W: Write + ?Sized>(
    schedule: &Schedule,
    object: &mut Object<'_, W>,
) -> fmt::Result {
    object.text("text", &schedule.text)?;
    object.number("repeats", schedule.repeats)?;
    object.some_time("last", schedule.last)?;
    object.some_time("next", schedule.next)?;
    object.pairs("options", &schedule.options)
}

fn write_service<W: Write + ?Sized>(service: &Service, object: &mut Object<'_, W>) -> fmt::Result {
    object.some_text("description", &service.description)?;
    object.some_text("type", &service.kind)?;
    object.some_text("loaded_from", &service.loaded_from)?;
    object.some_text("docs", &service.docs)?;
    let Some(stats) = &service.stats else { return Ok(()) };
    object.object("stats", |object| {
        object.text("title", &stats.title)?;
        object.text("text", &stats.text)
    })
}

fn write_place<W: Write + ?Sized>(
    key: &str,
    place: Option<&Place>,
    object: &mut Object<'_, W>,
) -> fmt::Result {
    let Some(place) = place else { return Ok(()) };
    object.object(key, |object| {
        object.text("file", &place.file)?;
        object.number("line", place.line)?;
        object.some_number("column", Some(place.column).filter(|column| *column > 0))
    })
}
