//! The unfinished lines of threads that write to the stream itself.

use std::sync::Arc;
use std::thread_local;
use std::vec::Vec;

use parking_lot::Mutex;

use crate::ring::Storage;
use crate::stream::core::Core;
use crate::sync::plain::{AtomicUsize, Ordering};

use super::lines::Lines;
use super::voice::Voice;
use super::{LEVEL, TARGET};

/// One unfinished line per thread.
#[derive(Debug)]
pub(in crate::stream) struct Partials {
    voice: Voice<'static>,
    /// How many of `threads` have an unfinished line; changed under the lock.
    unfinished: AtomicUsize,
    /// In the order in which the threads came, [`THREADS_MAX`] at most.
    threads: Mutex<Vec<Partial>>,
}

#[derive(Debug)]
struct Partial {
    /// Held by the thread as well, so this is the only reference once the thread has ended.
    thread: Arc<()>,
    lines: Lines,
}

const THREADS_MAX: usize = 64;

thread_local! {
    /// Tells this thread from all others that some stream still knows.
    static THREAD: Arc<()> = Arc::new(());
}

impl Partials {
    pub(in crate::stream) const fn new() -> Self {
        Self {
            voice: Voice::new(LEVEL, TARGET),
            unfinished: AtomicUsize::new(0),
            threads: Mutex::new(Vec::new()),
        }
    }

    /// Takes in what this thread writes.
    pub(super) fn take<S: Storage>(&self, core: &Core<S>, bytes: &[u8]) {
        // Relaxed: a thread cannot miss its own unfinished line, others do not matter to it.
        if self.unfinished.load(Ordering::Relaxed) == 0 && bytes.ends_with(b"\n") {
            self.lines(core).push(bytes, |part| self.voice.say(core, &part));
            return;
        }
        self.with_own(core, |lines| lines.push(bytes, |part| self.voice.say(core, &part)));
    }

    /// Ends this thread's line.
    pub(super) fn end_line<S: Storage>(&self, core: &Core<S>) {
        if self.unfinished.load(Ordering::Relaxed) > 0 {
            self.with_own(core, |lines| lines.end_line(|part| self.voice.say(core, &part)));
        }
    }

    fn lines<S: Storage>(&self, core: &Core<S>) -> Lines {
        Lines::new(self.voice.piece_max(core))
    }

    fn with_own<S: Storage>(&self, core: &Core<S>, act: impl FnOnce(&mut Lines)) {
        let Ok(thread) = THREAD.try_with(Arc::clone) else {
            return self.without_own(core, act);
        };
        let mut threads = self.threads.lock();
        let known = threads.iter().position(|partial| Arc::ptr_eq(&partial.thread, &thread));
        let index = known.unwrap_or_else(|| {
            self.make_room(core, &mut threads);
            threads.push(Partial { thread, lines: self.lines(core) });
            threads.len() - 1
        });
        let lines = &mut threads[index].lines;
        let before = lines.is_empty();
        act(lines);
        match (before, lines.is_empty()) {
            (true, false) => self.count(|unfinished| unfinished + 1),
            (false, true) => self.count(|unfinished| unfinished - 1),
            _ => {}
        }
    }

    /// A thread that has dropped its thread-locals writes no second piece of a line that could be
    /// told to be its own.
    fn without_own<S: Storage>(&self, core: &Core<S>, act: impl FnOnce(&mut Lines)) {
        let mut lines = self.lines(core);
        act(&mut lines);
        lines.end_line(|part| self.voice.say(core, &part));
    }

    /// Lets go of threads that have ended and, if there is no room even then, of the oldest.
    fn make_room<S: Storage>(&self, core: &Core<S>, threads: &mut Vec<Partial>) {
        let has_ended = |partial: &Partial| Arc::strong_count(&partial.thread) == 1;
        while let Some(index) =
            threads.iter().position(has_ended).or((threads.len() >= THREADS_MAX).then_some(0))
        {
            let mut partial = threads.remove(index);
            if !partial.lines.is_empty() {
                partial.lines.end_line(|part| self.voice.say(core, &part));
                self.count(|unfinished| unfinished - 1);
            }
        }
    }

    fn count(&self, change: impl Fn(usize) -> usize) {
        self.unfinished.store(change(self.unfinished.load(Ordering::Relaxed)), Ordering::Relaxed);
    }
}
