//! Asks a suspended task where it waits, by one more poll.
//!
//! A leaf future that returns `Pending` must keep a waker, and so it clones the one it was given.
//! At that moment the stack holds every `async fn` between the task and the leaf. The waker that is
//! handed in here notes that stack when it is cloned, and gives away a clone of the real waker:
//! nothing of ours stays registered, and no wake-up can be lost.
//!
//! One more poll is something that every future has to bear. A leaf that compares wakers with
//! `will_wake` sees another one, which is what makes it clone again.

#![allow(unsafe_code, reason = "a waker that notes where it is cloned has a vtable of its own")]

use core::cell::RefCell;
use core::future::Future;
use core::hint::black_box;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use super::frames::{Buffer, Chain, Frames};
use super::{symbols, unwind};
use crate::sync::plain::{AtomicBool, Ordering};

/// What the data pointer of a noting waker points to. It lives in the frame of [`capture`], which
/// outlives all uses of that waker by reference, and there is no other use: it is never given away.
struct Noting<'a> {
    real: &'a Waker,
    /// An address in the frame where the task's own frames end.
    end: usize,
    /// A waker is `Sync`, this is not; see the safety comments.
    into: RefCell<&'a mut Chain>,
    /// The thread that polls.
    thread: usize,
    /// Whether another thread took a waker while it polled.
    lent: AtomicBool,
}

static NOTING: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_nothing);

/// Polls once, and notes in `into` each place where a waker was taken.
///
/// `Pending` and no leaf in `into` means that the future registered no waker: nothing will ever
/// wake it. After `Ready` the leaves mean nothing.
#[inline(never)]
pub(crate) fn capture<F: Future + ?Sized>(
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
    into: &mut Chain,
) -> Poll<F::Output> {
    let end = 0u8;
    let noting = Noting {
        real: cx.waker(),
        end: black_box(&raw const end).addr(),
        into: RefCell::new(into),
        thread: this_thread(),
        lent: AtomicBool::new(false),
    };
    let raw = RawWaker::new((&raw const noting).cast(), &NOTING);
    // SAFETY: the vtable's functions take the pointer for a `Noting`, which it is while `noting`
    // lives. The waker is not dropped and is lent for the poll only, so nobody owns it after that;
    // what a future keeps is a clone, and that is the real waker's.
    let waker = ManuallyDrop::new(unsafe { Waker::from_raw(raw) });
    let polled = future.poll(&mut Context::from_waker(&waker));
    // Relaxed: that thread may no longer use the waker, so whatever told it so told us this too.
    if noting.lent.load(Ordering::Relaxed) {
        noting.into.borrow_mut().add(Frames::new());
    }
    polled
}

/// An address that no two living threads share.
fn this_thread() -> usize {
    std::thread_local!(static MARK: u8 = const { 0 });
    MARK.try_with(|mark| (&raw const *mark).addr()).unwrap_or(0)
}

impl Noting<'_> {
    /// Notes the frames from `start` on, an address in the caller's frame.
    fn note(&self, start: usize) {
        // A future may lend the waker to another thread while it is polled. That thread's stack
        // says nothing about the task, and the chain is not its to change.
        if self.thread != this_thread() {
            self.lent.store(true, Ordering::Relaxed);
            return;
        }
        let mut leaf = Buffer::default();
        unwind::walk(start..self.end, &mut leaf);
        let leaf = Frames::from(&leaf);
        symbols::learn(&leaf);
        // Taken already only if an allocator polls futures.
        if let Ok(mut chain) = self.into.try_borrow_mut() {
            chain.add(leaf);
        }
    }
}

/// # Safety
/// `data` points to a living `Noting`.
#[inline(never)]
unsafe fn clone(data: *const ()) -> RawWaker {
    let start = 0u8;
    // SAFETY: as promised. It is shared, also between threads: `real` is `Sync`, `end` and `thread`
    // do not change, and `into` is touched by the thread that polls only.
    let noting = unsafe { &*data.cast::<Noting<'_>>() };
    noting.note(black_box(&raw const start).addr());
    let real = ManuallyDrop::new(noting.real.clone());
    // The clone is not dropped here, so the raw waker that is made of its parts owns it.
    RawWaker::new(real.data(), real.vtable())
}

/// # Safety
/// `data` points to a living `Noting`.
#[inline(never)]
unsafe fn wake_by_ref(data: *const ()) {
    let start = 0u8;
    // SAFETY: as in `clone`.
    let noting = unsafe { &*data.cast::<Noting<'_>>() };
    noting.note(black_box(&raw const start).addr());
    noting.real.wake_by_ref();
}

/// # Safety
/// `data` points to a living `Noting`.
unsafe fn wake(data: *const ()) {
    // SAFETY: as promised. Nobody owns such a waker, so nobody can get here; waking is harmless.
    unsafe { wake_by_ref(data) };
}

/// # Safety
/// None is needed: a noting waker owns nothing.
unsafe fn drop_nothing(_: *const ()) {}

#[cfg(test)]
mod tests;
