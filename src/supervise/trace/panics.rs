//! What a panic leaves behind: where, why, in which task, and how often before.
//!
//! One hook, chained before whatever was there. It runs on the thread that panics, while the stack
//! still stands: it tells the sink first, since the process may be about to abort, and keeps the
//! report for whoever catches the panic. What the addresses mean is read later, by a thread of ours.

mod groups;

use core::any::Any;
use core::cell::RefCell;
use core::hint::black_box;
use core::panic::Location;
use std::borrow::ToOwned;
use std::boxed::Box;
use std::format;
use std::panic::{self, PanicHookInfo};
use std::string::String;
use std::sync::{Once, OnceLock};
use std::thread;

use super::frames::{Buffer, Frames};
use super::{symbols, unwind};
use crate::clock::Clock;
use crate::context;
use crate::record::TaskId;
use crate::supervise::status::Place;

pub use groups::{Group, evicted, groups};

/// Bytes kept of a message.
const MAX_MESSAGE: usize = 8 << 10;

/// A run of a task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Who {
    /// The task.
    pub id: TaskId,
    /// Which run of it, counted from 1.
    pub run: u32,
    /// Its name.
    pub name: String,
}

/// One panic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Panic {
    /// The message; 8 KiB of it at most.
    pub message: String,
    /// Where it began; `None` if it was not seen by the hook, see [`Panic::was_seen`].
    pub place: Option<Place>,
    /// The name of the thread, or its number.
    pub thread: String,
    /// The task that ran there.
    pub task: Option<Who>,
    /// When, in ticks of [`Clock::system`].
    pub ticks: u64,
    /// The stack.
    pub frames: Frames,
    /// How many panics of its [group](Group) there were, this one included.
    pub seen: u64,
    /// When the first one of them was.
    pub first: u64,
}

/// Whoever is told of each panic.
#[derive(Clone, Copy, Debug)]
pub struct Sink {
    /// Called at once, on the thread that panics. It must not panic, and not wait.
    pub said: fn(&Panic),
    /// Called on a thread of ours once it is known what the stack means. It must not wait.
    pub read: fn(&Panic),
}

static SINK: OnceLock<Sink> = OnceLock::new();

std::thread_local! {
    /// The newest panic of this thread, until somebody takes it.
    static LAST: RefCell<Option<Box<Panic>>> = const { RefCell::new(None) };
}

/// Installs the hook; once for the process. A thread that panics cannot.
pub fn install() {
    static INSTALLED: Once = Once::new();
    if thread::panicking() {
        return;
    }
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // Whoever was there may print, under the lock under which backtraces are captured.
            let _panicking = symbols::panicking();
            note(info);
            before(info);
        }));
    });
}

/// Tells `sink` of each panic from now on; `false` if there is one already.
pub fn set_sink(sink: Sink) -> bool {
    SINK.set(sink).is_ok()
}

/// The report of the panic that this thread has just caught with this payload.
///
/// The payload is compared with what the hook saw: a panic that was raised again with
/// `resume_unwind`, or one that another hook kept from ours, is not mistaken for the one before it.
#[must_use]
pub fn caught(payload: &(dyn Any + Send)) -> Panic {
    let message = message(payload);
    let last = LAST.try_with(|last| last.try_borrow_mut().ok()?.take()).ok().flatten();
    match last.filter(|last| last.message == message) {
        Some(panic) => *panic,
        None => Panic::at(message, None),
    }
}

impl Panic {
    /// Whether the hook saw it. Otherwise only the message is known, the thread and the task that
    /// caught it.
    #[must_use]
    pub fn was_seen(&self) -> bool {
        self.place.is_some()
    }

    fn at(message: String, place: Option<Place>) -> Self {
        Self {
            message,
            place,
            thread: thread_name(),
            task: running(),
            ticks: Clock::system().ticks(),
            frames: Frames::new(),
            seen: 0,
            first: 0,
        }
    }
}

#[inline(never)]
fn note(info: &PanicHookInfo<'_>) {
    let mut panic = Panic::at(message(info.payload()), info.location().map(place));
    let (here, mut frames) = (0u8, Buffer::default());
    unwind::walk(black_box(&raw const here).addr()..end_of_task(), &mut frames);
    panic.frames = Frames::from(&frames);
    let sink = SINK.get().copied();
    if let Some(sink) = sink {
        (sink.said)(&panic);
    }
    symbols::learn_now(&panic.frames);
    if let Some(sink) = sink {
        let panic = panic.clone();
        symbols::then(Box::new(move || (sink.read)(&panic)));
    }
    (panic.seen, panic.first) = groups::count(&panic);
    // The thread may be past its locals, and then nobody will ask.
    let _ = LAST.try_with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            *last = Some(Box::new(panic));
        }
    });
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("a value that is no text");
    bounded(text).to_owned()
}

fn place(location: &Location<'_>) -> Place {
    let file = location.file().to_owned().into();
    Place { file, line: location.line(), column: location.column() }
}

/// As much of `text` as is kept, cut between characters.
fn bounded(text: &str) -> &str {
    let fits = |end: &usize| text.is_char_boundary(*end);
    let end = (0..=text.len().min(MAX_MESSAGE)).rev().find(fits).unwrap_or(0);
    &text[..end]
}

/// The task that runs on this thread.
fn running() -> Option<Who> {
    context::with(|current| {
        current.map(|task| Who { id: task.id, run: task.run, name: task.name.to_owned() })
    })
}

/// An address in the frame where the task's own frames end; the end of all addresses without one.
///
/// Whoever runs a task keeps what [`context::with`] shows in its own frame.
fn end_of_task() -> usize {
    context::with(|task| task.map_or(usize::MAX, |task| core::ptr::from_ref(task).addr()))
}

fn thread_name() -> String {
    let thread = thread::current();
    thread.name().map_or_else(|| format!("{:?}", thread.id()), ToOwned::to_owned)
}

#[cfg(test)]
mod tests;
