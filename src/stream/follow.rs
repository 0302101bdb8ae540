//! `tail -F`: wait for what comes.

use core::fmt;
use core::future::poll_fn;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;
use std::task::Wake;
use std::thread::{Thread, current, park};

use crate::ring::{Armed, Heap, Storage};

use crate::sync::plain::{AtomicU64, Ordering};

use super::core::Core;
use super::cursor::{Cursor, Entry};

/// A cursor that waits at the end of the stream.
///
/// It wakes at once when a record comes, polls nothing, and costs a writer nothing while it has
/// something to read. A record that some writer has begun and not finished is waited for, but not
/// for long.
pub struct Follow<'a, S: Storage = Heap> {
    cursor: Cursor<'a, S>,
    patience: u32,
    /// Tells it from other followers where it is woken.
    number: u64,
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// How often a pending record is looked for, a millisecond apart, before it is passed over.
const PATIENCE: u32 = 10;

impl<'a, S: Storage> Follow<'a, S> {
    pub(super) fn new(cursor: Cursor<'a, S>) -> Self {
        Self { cursor, patience: PATIENCE, number: NUMBERS.fetch_add(1, Ordering::Relaxed) }
    }

    /// The next record, or how many were lost before it.
    ///
    /// Cancel safe: a record is either returned or still there.
    pub async fn next(&mut self) -> Entry<'_> {
        poll_fn(|context| self.poll_ready(context)).await;
        self.take()
    }

    /// The same, blocking the thread.
    pub fn wait(&mut self) -> Entry<'_> {
        block_on(|context| self.poll_ready(context));
        self.take()
    }

    /// Records lost so far.
    pub fn lost(&self) -> u64 {
        self.cursor.lost()
    }

    /// The cursor, to read what is there without waiting.
    pub fn cursor(&mut self) -> &mut Cursor<'a, S> {
        &mut self.cursor
    }

    /// Ready when [`Cursor::next`] has something to return. Otherwise the task of `context` is
    /// woken when that may have changed.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let bell = &self.cursor.core().state.bell;
        loop {
            if self.cursor.has_next() {
                self.patience = PATIENCE;
                return Poll::Ready(());
            }
            bell.register(self.number, context.waker());
            if self.cursor.arm() == Armed::Yes {
                return Poll::Pending;
            }
            if self.cursor.is_pending() {
                if self.patience > 0 {
                    self.patience -= 1;
                    bell.wake_soon(context.waker());
                    return Poll::Pending;
                }
                self.cursor.skip_pending();
            }
        }
    }

    pub(super) fn core(&self) -> &'a Core<S> {
        self.cursor.core()
    }

    fn take(&mut self) -> Entry<'_> {
        self.cursor.next().unwrap_or(Entry::Lost(0))
    }
}

impl<S: Storage> Drop for Follow<'_, S> {
    fn drop(&mut self) {
        self.cursor.core().state.bell.forget(self.number);
    }
}

/// Wakes this thread from [`park`].
pub(crate) fn unparker() -> Waker {
    Waker::from(Arc::new(Unpark(current())))
}

/// Blocks the thread until `poll` is ready.
pub(super) fn block_on<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    let waker = unparker();
    let mut context = Context::from_waker(&waker);
    loop {
        match poll(&mut context) {
            Poll::Ready(ready) => return ready,
            Poll::Pending => park(),
        }
    }
}

/// Wakes a blocked thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<S: Storage> fmt::Debug for Follow<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
