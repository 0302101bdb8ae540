use super::super::{Request, STATES, Word, decode, encode};
use crate::supervise::State;

#[test]
fn codes_are_places_in_the_table() {
    for state in STATES {
        assert_eq!(decode(encode(state)), state);
    }
}

#[test]
fn a_request_meets_its_own_run_only() {
    let word = Word::new(1, State::Running);
    assert!(word.ask(1, Request::Stop));
    assert!(!word.ask(1, Request::Stop), "asked before");
    assert!(!word.ask(2, Request::Abort), "not begun");
    word.enter(1, State::Stopping);
    assert!(word.seen().is_asked(Request::Stop), "kept while the run is alive");
    word.enter(1, State::Backoff);
    assert!(!word.ask(1, Request::Abort), "over");
    word.enter(2, State::Running);
    assert!(!word.seen().is_asked(Request::Stop), "a new run was asked nothing");
    assert_eq!(word.seen().run(), 2);
}

#[test]
fn what_is_noted_lasts_as_long_as_it_is_true() {
    let word = Word::new(1, State::Running);
    word.note_waker();
    word.enter(1, State::Stopping);
    assert!(word.seen().has_waker() && !word.seen().has_detail());
    word.note_detail();
    word.enter(2, State::Running);
    assert!(!word.seen().has_waker(), "the waker is that of the run before");
    word.enter(2, State::Completed);
    assert!(word.seen().has_detail(), "details stay");
}
