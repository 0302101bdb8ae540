use super::{Request, STATES, Word, decode, encode};
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
