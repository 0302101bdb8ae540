//! Spans around events.

use tracing::field::Empty;
use tracing::{Level, debug_span, span};
use tracing_subscriber::registry;

use super::events::stream_at;
use super::*;

/// The spans of each record: `outer{id=1}:inner{}`.
fn spans(stream: &RingStream) -> Vec<String> {
    let mut all = Vec::new();
    for_each(stream, |record| {
        let shown = record.spans.map(|span| {
            let fields = span.fields.map(|field| format!("{}={:?}", field.key, field.value));
            format!("{}{{{}}}", span.name, fields.collect::<Vec<_>>().join(" "))
        });
        all.push(shown.collect::<Vec<_>>().join(":"));
    });
    all
}

#[test]
fn an_event_shows_the_spans_of_its_scope() {
    let stream = stream();
    tracing::subscriber::with_default(registry().with(stream.layer()), || {
        let outer = info_span!("outer", id = 1);
        let inner = outer.in_scope(|| info_span!("inner", name = "ann"));
        info!("none");
        inner.in_scope(|| {
            info!("contextual");
            info!(parent: &outer, "explicit");
            info!(parent: None, "root");
            let _root = info_span!(parent: None, "alone").entered();
            info!("under a root");
        });
        drop(inner);
        outer.in_scope(|| info!("outer"));
    });
    let expected = [
        "",
        r#"outer{id=I64(1)}:inner{name=Str("ann")}"#,
        "outer{id=I64(1)}",
        "",
        "alone{}",
        "outer{id=I64(1)}",
    ];
    assert_eq!(spans(&stream), expected);
}

#[test]
fn values_may_come_later_and_again() {
    let stream = stream();
    tracing::subscriber::with_default(registry().with(stream.layer()), || {
        let outer = info_span!("outer", message = "text", status = Empty, us = Empty);
        let _inner = info_span!(parent: &outer, "inner").entered();
        info!("before");
        outer.record("status", 200);
        info!("after");
        outer.record("us", 1.5);
        outer.record("status", "gone");
        info!("again");
    });
    let expected = [
        r#"outer{message=Str("text")}:inner{}"#,
        r#"outer{message=Str("text") status=I64(200)}:inner{}"#,
        r#"outer{message=Str("text") us=F64(1.5) status=Str("gone")}:inner{}"#,
    ];
    assert_eq!(spans(&stream), expected);
}

#[test]
fn spans_that_do_not_pass_are_left_out() {
    let (filtered, bare) = (stream_at("info,shop=off"), stream_at("info,shop=off"));
    tracing::subscriber::with_default(registry().with(filtered.layer()).with(bare.clone()), || {
        let _outer = error_span!("outer", id = Empty).entered();
        let left_out = debug_span!("debug", id = 1).entered();
        left_out.record("id", 2);
        let _other = error_span!(target: "shop", "shop").entered();
        let _inner = span!(Level::INFO, "inner").entered();
        info!("here");
    });
    assert_eq!(spans(&filtered), ["outer{}:inner{}"]);
    assert_eq!(spans(&bare), ["outer{}:inner{}"]);
}

#[test]
fn streams_of_one_registry_do_not_mix() {
    let (quiet, loud) = (stream_at("info"), stream_at("debug"));
    tracing::subscriber::with_default(registry().with(quiet.layer()).with(loud.layer()), || {
        let outer = info_span!("outer", a = Empty).entered();
        let inner = debug_span!("inner", b = Empty).entered();
        outer.record("a", 1);
        inner.record("b", 2);
        info!("here");
    });
    assert_eq!(spans(&quiet), ["outer{a=I64(1)}"]);
    assert_eq!(spans(&loud), ["outer{a=I64(1)}:inner{b=I64(2)}"]);
}

#[test]
fn long_spans_leave_room_for_the_message() {
    let stream = stream();
    tracing::subscriber::with_default(registry().with(stream.layer()), || {
        let text = "é".repeat(1000);
        let long = |name| info_span!("long", name, text = text.as_str()).entered();
        let _one = long(1);
        info!("one");
        let _two = (long(2), long(3), long(4), long(5));
        info!("five");
        info!(parent: None, "none");
    });
    let mut cut = Vec::new();
    for_each(&stream, |record| cut.push((record.message.to_string(), record.truncated)));
    assert_eq!(cut, [("one".into(), true), ("five".into(), true), ("none".into(), false)]);
}

#[test]
fn the_innermost_of_very_many_spans_are_shown() {
    let stream = stream();
    tracing::subscriber::with_default(registry().with(stream.layer()), || {
        let mut span = info_span!("s", i = 0);
        for i in 1..100 {
            span = info_span!(parent: &span, "s", i);
        }
        info!(parent: &span, "deep");
    });
    let shown = spans(&stream);
    assert!(shown[0].ends_with(":s{i=I64(98)}:s{i=I64(99)}"), "{}", shown[0]);
    for_each(&stream, |record| assert!(record.truncated));
}

#[test]
fn threads_may_record_at_once() {
    let stream = stream();
    let dispatch = tracing::Dispatch::new(registry().with(stream.layer()));
    tracing::dispatcher::with_default(&dispatch, || {
        let span = info_span!("span", a = Empty, b = Empty, c = Empty, d = Empty);
        std::thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                let (span, dispatch) = (&span, &dispatch);
                scope.spawn(move || {
                    tracing::dispatcher::with_default(dispatch, || {
                        for i in 0..100 {
                            span.record(name, i);
                        }
                    });
                });
            }
        });
        info!(parent: &span, "joined");
    });
    let shown = spans(&stream);
    for name in ["a", "b", "c", "d"] {
        assert!(shown[0].contains(&format!("{name}=I64(99)")), "{}", shown[0]);
    }
}
