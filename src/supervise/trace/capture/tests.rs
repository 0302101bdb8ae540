use core::future::{Future, pending, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::boxed::Box;
use std::sync::Arc;
use std::task::Wake;
use std::thread;

use proptest::prelude::*;

use super::capture;
use crate::supervise::trace::frames::Chain;
use crate::sync::plain::{AtomicUsize, Ordering};

/// Counts how often it is woken.
#[derive(Debug, Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Bell {
    fn rung(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

fn ask<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> (Poll<F::Output>, Chain) {
    let mut chain = Chain::new();
    let polled = capture(future, &mut Context::from_waker(waker), &mut chain);
    (polled, chain)
}

#[test]
fn what_a_leaf_keeps_is_the_real_waker() {
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    let mut kept = None;
    let leaf = pin!(poll_fn(|cx| {
        kept = Some(cx.waker().clone());
        Poll::<()>::Pending
    }));
    let (polled, chain) = ask(leaf, &waker);
    assert!(polled.is_pending());
    assert_eq!(chain.leaves().len(), 1);
    let kept = kept.unwrap();
    assert!(kept.will_wake(&waker));
    kept.wake();
    assert_eq!(bell.rung(), 1);
}

#[test]
fn a_future_that_registers_nothing_has_no_leaf() {
    let (polled, chain) = ask(pin!(pending::<()>()), Waker::noop());
    assert!(polled.is_pending() && chain.leaves().is_empty());
}

#[test]
fn a_leaf_that_wakes_at_once_is_noted_and_wakes() {
    let bell = Arc::new(Bell::default());
    let leaf = pin!(poll_fn(|cx| {
        cx.waker().wake_by_ref();
        Poll::<()>::Pending
    }));
    let (_, chain) = ask(leaf, &Waker::from(bell.clone()));
    assert_eq!((bell.rung(), chain.leaves().len()), (1, 1));
}

#[test]
fn the_output_and_a_panic_come_through() {
    assert_eq!(ask(pin!(async { 7 }), Waker::noop()).0, Poll::Ready(7));
    let panics = || ask(pin!(async { panic!("on purpose") }), Waker::noop()).0;
    let payload: Box<_> = std::panic::catch_unwind(|| -> Poll<()> { panics() }).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"on purpose"));
}

/// Takes a waker `times` at one place.
async fn leaf(times: usize) {
    poll_fn(|cx| {
        (0..times).for_each(|_| drop(cx.waker().clone()));
        Poll::Pending
    })
    .await
}

#[cfg(not(miri))]
#[test]
fn one_place_is_one_leaf_and_two_places_are_two() {
    async fn both() {
        let (mut first, mut second) = (pin!(leaf(1)), pin!(leaf(1)));
        poll_fn(|cx| {
            let _ = first.as_mut().poll(cx);
            second.as_mut().poll(cx)
        })
        .await
    }
    assert_eq!(ask(pin!(leaf(5)), Waker::noop()).1.leaves().len(), 1);
    assert_eq!(ask(pin!(both()), Waker::noop()).1.leaves().len(), 2);
}

#[cfg(not(miri))]
#[test]
fn the_same_await_has_the_same_chain_each_time() {
    let mut future = pin!(async { leaf(1).await });
    let chains: [_; 3] = core::array::from_fn(|_| ask(future.as_mut(), Waker::noop()).1);
    assert!(chains.iter().all(|chain| *chain == chains[0]));
    assert!(!chains[0].leaves()[0].addresses().is_empty());
}

#[test]
fn a_waker_taken_by_another_thread_counts() {
    let future = pin!(poll_fn(|cx| {
        let waker = cx.waker();
        thread::scope(|scope| _ = scope.spawn(|| drop(waker.clone())));
        Poll::<()>::Pending
    }));
    let (_, chain) = ask(future, Waker::noop());
    assert_eq!(chain.leaves().len(), 1);
    assert!(chain.leaves()[0].addresses().is_empty());
}

proptest! {
    /// Whether a poll is one of ours or an ordinary one changes nothing for the future.
    #[test]
    fn asking_changes_nothing(asks in prop::collection::vec(any::<bool>(), 1..20)) {
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(bell.clone());
        let (mut left, mut wakes) = (asks.len(), 0);
        let mut future = pin!(poll_fn(|cx| {
            left -= 1;
            let waker = cx.waker().clone();
            if left % 2 == 0 { waker.wake() } else { waker.wake_by_ref() }
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        }));
        let last = asks.len() - 1;
        for (at, asked) in asks.iter().enumerate() {
            let polled = match asked {
                true => ask(future.as_mut(), &waker).0,
                false => future.as_mut().poll(&mut Context::from_waker(&waker)),
            };
            wakes += 1;
            prop_assert_eq!(polled.is_ready(), at == last);
            prop_assert_eq!(bell.rung(), wakes);
        }
    }
}
