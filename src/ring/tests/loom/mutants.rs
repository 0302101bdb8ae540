//! What the ring stands on, taken away piece by piece: each time a model must fail.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::string::String;

use super::super::for_both_words;
use super::{Model, SMALLEST, wake};
use crate::ring::Word;
use crate::ring::barrier::{MISSING, Mutant};

for_both_words! {
    without_the_writers_fence => writer_fence;
    without_the_readers_fence => reader_fence;
    with_a_relaxed_commit => commit;
    without_a_second_look_at_the_control_word => recheck;
    without_marking_the_slots_of_unfinished_writers => retag;
    without_pinning => pin;
    without_an_exchange_by_each_follower => arm;
}

const LAPPED: Model = Model { name: "lapped", already: 1, writers: &["ww"], reads: 1, ..SMALLEST };
const HELPERS: Model = Model { name: "helpers", already: 2, writers: &["w", "w"], ..SMALLEST };
const FROZEN: Model = Model { name: "frozen", writers: &["rc", "www"], reads: 1, ..SMALLEST };

/// Runs the model without what `missing` names, and expects one of its executions to fail with
/// `reason`.
fn must_fail(missing: Mutant, reason: &str, model: impl FnOnce()) {
    MISSING.set(Some(missing));
    let outcome = catch_unwind(AssertUnwindSafe(model));
    MISSING.set(None);
    let Err(failure) = outcome else { panic!("no model noticed that {missing:?} is missing") };
    let message = failure.downcast_ref::<String>().map(String::as_str);
    let message = message.or(failure.downcast_ref::<&str>().copied()).unwrap_or_default();
    assert!(message.contains(reason), "{missing:?}: failed for another reason: {message}");
}

fn writer_fence<W: Word>() {
    must_fail(Mutant::WriterFence, "torn", || _ = LAPPED.check::<W>());
}

fn reader_fence<W: Word>() {
    must_fail(Mutant::ReaderFence, "torn", || _ = LAPPED.check::<W>());
}

fn commit<W: Word>() {
    let model = Model { name: "two writers", slots: 2, writers: &["w"], reads: 1, ..SMALLEST };
    must_fail(Mutant::Commit, "torn", || _ = model.check::<W>());
}

fn recheck<W: Word>() {
    must_fail(Mutant::Recheck, "stays pinned", || _ = HELPERS.check::<W>());
}

fn retag<W: Word>() {
    must_fail(Mutant::Retag, "torn", || _ = FROZEN.check::<W>());
}

fn pin<W: Word>() {
    let model = Model { writers: &["rc", "ww"], reads: 0, ..FROZEN };
    must_fail(Mutant::Pin, "pending for ever", || _ = model.check::<W>());
}

fn arm<W: Word>() {
    must_fail(Mutant::Arm, "deadlock", || _ = wake::TWO.check::<W>());
}
