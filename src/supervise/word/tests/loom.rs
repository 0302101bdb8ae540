//! The word under every interleaving, and what stands on it: nobody is asked in another's place, no
//! request is lost, a name is free only when nothing is left of who had it.
//!
//! The mutex of a shard and the one around a waker are the checker's own here: what is done under
//! them is written down again, step by step.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::string::String;
use std::sync::Arc;

use super::super::{MISSING, Mutant, Request, Word};
use crate::supervise::State;
use crate::sync::Ordering;
use crate::sync::checker::sync::Mutex;
use crate::sync::checker::sync::atomic::AtomicU64;
use crate::sync::checker::{model, thread};

/// Runs the model without what `missing` names, and expects one of its executions to fail with
/// `reason`.
fn must_fail(missing: Mutant, reason: &str, model: fn()) {
    MISSING.set(Some(missing));
    let outcome = catch_unwind(AssertUnwindSafe(model));
    MISSING.set(None);
    let Err(failure) = outcome else { panic!("no model noticed that {missing:?} is missing") };
    let message = failure.downcast_ref::<String>().map(String::as_str);
    let message = message.or(failure.downcast_ref::<&str>().copied()).unwrap_or_default();
    assert!(message.contains(reason), "{missing:?}: failed for another reason: {message}");
}

/// One run ends and the next one begins while somebody asks the first one to stop.
fn late() {
    model(|| {
        let word = Arc::new(Word::new(1, State::Running));
        let asks = {
            let word = Arc::clone(&word);
            thread::spawn(move || word.ask(1, Request::Abort))
        };
        word.enter(1, State::Backoff);
        word.enter(2, State::Running);
        asks.join().unwrap();
        let seen = word.seen();
        assert_eq!(seen.run(), 2, "the run went back");
        assert_eq!(seen.state(), State::Running, "the state went back");
        assert!(!seen.is_asked(Request::Abort), "asked in another's place");
    });
}

#[test]
fn a_late_request_meets_nobody() {
    late();
}

#[test]
fn without_a_look_at_the_run() {
    must_fail(Mutant::Run, "asked in another's place", late);
}

#[test]
fn without_an_exchange() {
    must_fail(Mutant::Exchange, "went back", late);
}

/// A run goes through its states while two ask something of it.
fn asked() {
    model(|| {
        let word = Arc::new(Word::new(1, State::Starting));
        let ask = |request| {
            let word = Arc::clone(&word);
            thread::spawn(move || word.ask(1, request))
        };
        let (stop, abort) = (ask(Request::Stop), ask(Request::Abort));
        word.enter(1, State::Running);
        let (stop, abort) = (stop.join().unwrap(), abort.join().unwrap());
        assert!(stop && abort, "a run that is alive is asked");
        let seen = word.seen();
        assert!(seen.is_asked(Request::Stop) && seen.is_asked(Request::Abort), "lost");
        assert_eq!(seen.state(), State::Running);
    });
}

#[test]
fn no_request_is_lost() {
    asked();
}

#[test]
fn without_keeping_requests() {
    must_fail(Mutant::Requests, "lost", asked);
}

/// Two ask the same; one of them is told that it was the one.
#[test]
fn one_of_two_asks() {
    model(|| {
        let word = Arc::new(Word::new(1, State::Running));
        let other = {
            let word = Arc::clone(&word);
            thread::spawn(move || word.ask(1, Request::Abort))
        };
        let mine = word.ask(1, Request::Abort);
        assert!(mine ^ other.join().unwrap());
    });
}

/// Two want the name of a run that is being dropped. Under the lock of their shard they look whether
/// it is over; the one who gets the name finds everything dropped.
fn reserve() {
    model(|| {
        let dropped = Arc::new(AtomicU64::new(0));
        let name = Arc::new(Mutex::new(Arc::new(Word::new(1, State::Running))));
        let old = Arc::clone(&name.lock().unwrap());
        let newcomer = || {
            let (name, dropped) = (Arc::clone(&name), Arc::clone(&dropped));
            thread::spawn(move || {
                let mut holder = name.lock().unwrap();
                if holder.seen().state().is_alive() {
                    return false;
                }
                assert_eq!(dropped.load(Ordering::Relaxed), 1, "taken before it was free");
                *holder = Arc::new(Word::new(1, State::Running));
                true
            })
        };
        let (one, other) = (newcomer(), newcomer());
        dropped.store(1, Ordering::Relaxed);
        old.enter(1, State::Completed);
        let (one, other) = (one.join().unwrap(), other.join().unwrap());
        assert!(!(one && other), "one name, two tasks");
    });
}

#[test]
fn a_name_is_free_after_its_task() {
    reserve();
}

#[test]
fn without_a_release() {
    must_fail(Mutant::Release, "taken before it was free", reserve);
}

/// A run keeps its waker after its first poll while it is aborted: it looks again, or is woken.
fn abort(looks_again: bool) {
    model(move || {
        let word = Arc::new(Word::new(1, State::Running));
        let waker = Arc::new(Mutex::new(false));
        let aborts = {
            let (word, waker) = (Arc::clone(&word), Arc::clone(&waker));
            thread::spawn(move || {
                assert!(word.ask(1, Request::Abort));
                *waker.lock().unwrap()
            })
        };
        let mut polled_again = word.peek().is_asked(Request::Abort);
        if !polled_again {
            *waker.lock().unwrap() = true;
            word.note_waker();
            polled_again = looks_again && word.peek().is_asked(Request::Abort);
        }
        let woken = aborts.join().unwrap();
        assert!(woken || polled_again, "aborted, and asleep for ever");
    });
}

/// One waits for the end of a run of which there are no details yet; who ends it looks for them
/// only if the word says that there are some.
#[test]
fn who_waits_is_woken_or_sees_the_end() {
    model(|| {
        let word = Arc::new(Word::new(1, State::Running));
        let waiters = Arc::new(Mutex::new(false));
        let ends = {
            let (word, waiters) = (Arc::clone(&word), Arc::clone(&waiters));
            thread::spawn(move || {
                word.enter(1, State::Completed);
                word.seen().has_detail() && *waiters.lock().unwrap()
            })
        };
        {
            let mut waiters = waiters.lock().unwrap();
            word.note_detail();
            *waiters = true;
        }
        let sees = word.seen().state() == State::Completed;
        let woken = ends.join().unwrap();
        assert!(sees || woken, "waits for ever");
        assert!(word.seen().has_detail(), "forgotten");
    });
}

#[test]
fn an_abort_is_noticed() {
    abort(true);
}

#[test]
fn an_abort_is_noticed_only_with_a_second_look() {
    let outcome = catch_unwind(|| abort(false));
    assert!(outcome.is_err(), "the second look is not needed");
}
