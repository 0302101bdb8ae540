//! Events and spans as they come out of the ring.

use crate::sync::plain::{AtomicUsize, Ordering};
use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use tracing::{debug, error_span, info, info_span, trace};
use tracing_core::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::record::{LevelFilter, Record, Text, Value};
use crate::stream::{Config, Entry, RingStream};

mod events;
mod scope;

fn stream() -> RingStream {
    Config::new().bytes(1 << 18).shards(1).build().unwrap()
}

fn levels(stream: &RingStream, default: LevelFilter) {
    stream.core.configure_levels(default.into());
    super::levels_changed();
}

fn for_each(stream: &RingStream, mut see: impl FnMut(Record<'_>)) {
    let mut cursor = stream.cursor();
    while let Some(entry) = cursor.next() {
        match entry {
            Entry::Record(record) => see(record),
            Entry::Lost(lost) => panic!("{lost} lost"),
        }
    }
}

/// What stands behind the level in each line.
fn lines(stream: &RingStream) -> Vec<String> {
    let mut lines = Vec::new();
    for_each(stream, |record| {
        let mut line = String::new();
        Text::new("n").render(&record, &mut line).unwrap();
        let (_, what) = line.split_once("[n] ").unwrap();
        lines.push(what.to_string());
    });
    lines
}

/// Counts the events it sees, as any other layer of a user would.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Count {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn fields_keep_their_types_and_names() {
    let stream = stream();
    let subscriber = tracing_subscriber::registry().with(stream.layer());
    tracing::subscriber::with_default(subscriber, || {
        for id in 0..2u64 {
            info!(
                id,
                ip = "::1",
                ok = true,
                load = 0.5,
                code = -4i64,
                big = 1u128 << 100,
                "done {id}"
            );
        }
    });
    let mut count = 0;
    for_each(&stream, |record| {
        let fields = record.fields;
        assert_eq!(record.message, format!("done {count}"));
        assert_eq!(fields.get("id"), Some(Value::U64(count)));
        assert_eq!(fields.get("ip"), Some(Value::Str("::1")));
        assert_eq!(fields.get("ok"), Some(Value::Bool(true)));
        assert_eq!(fields.get("load"), Some(Value::F64(0.5)));
        assert_eq!(fields.get("code"), Some(Value::I64(-4)));
        assert_eq!(fields.get("big"), Some(Value::U128(1 << 100)));
        assert_eq!((record.target, record.file), (module_path!(), Some(file!())));
        count += 1;
    });
    assert_eq!(count, 2);
}

#[test]
fn spans_come_with_what_was_recorded_by_then() {
    let stream = stream();
    let subscriber = tracing_subscriber::registry().with(stream.layer());
    tracing::subscriber::with_default(subscriber, || {
        let outer = info_span!("outer", a = 1, b = tracing::field::Empty);
        let _entered = outer.enter();
        info!("first");
        outer.record("b", 2);
        info_span!("inner").in_scope(|| info!("second"));
        info!(parent: None, "third");
    });
    assert_eq!(
        lines(&stream),
        ["[INFO] outer{a=1}: first", "[INFO] outer{a=1 b=2}:inner: second", "[INFO] third"]
    );
}

#[test]
fn a_bare_stream_silences_nobody() {
    let (stream, others) = (stream(), Count::default());
    levels(&stream, LevelFilter::Info);
    let subscriber = tracing_subscriber::registry().with(stream.clone()).with(others.clone());
    tracing::subscriber::with_default(subscriber, || {
        info!("both");
        debug!("the other only");
    });
    assert_eq!(lines(&stream), ["[INFO] both"]);
    assert_eq!(others.0.load(Ordering::Relaxed), 2);
}

#[test]
fn a_layer_with_its_filter_silences_nobody_either() {
    let (stream, others) = (stream(), Count::default());
    levels(&stream, LevelFilter::Debug);
    let subscriber = tracing_subscriber::registry()
        .with(stream.layer())
        .with(others.clone().with_filter(tracing_subscriber::filter::LevelFilter::INFO));
    tracing::subscriber::with_default(subscriber, || {
        info!("both");
        debug!("ours only");
        trace!("nobody");
    });
    assert_eq!(lines(&stream), ["[INFO] both", "[DEBUG] ours only"]);
    assert_eq!(others.0.load(Ordering::Relaxed), 1);
}

#[test]
fn a_change_of_levels_reaches_callsites_that_were_asked_before() {
    let stream = stream();
    levels(&stream, LevelFilter::Info);
    let subscriber = tracing_subscriber::registry().with(stream.layer());
    tracing::subscriber::with_default(subscriber, || {
        for level in [LevelFilter::Info, LevelFilter::Debug, LevelFilter::Off] {
            levels(&stream, level);
            debug!("{level}");
        }
    });
    assert_eq!(lines(&stream), ["[DEBUG] DEBUG"]);
}

#[test]
fn two_streams_in_one_subscriber_do_not_mix() {
    let (all, errors) = (stream(), stream());
    levels(&errors, LevelFilter::Error);
    let subscriber = tracing_subscriber::registry().with(all.layer()).with(errors.layer());
    tracing::subscriber::with_default(subscriber, || {
        let _info = info_span!("info").entered();
        let _error = error_span!("error").entered();
        tracing::error!("down");
    });
    assert_eq!(lines(&all), ["[ERROR] info:error: down"]);
    assert_eq!(lines(&errors), ["[ERROR] error: down"]);
}

#[test]
fn a_field_may_log_while_it_is_logged() {
    #[derive(Debug)]
    struct Plain;
    struct Chatty;
    impl core::fmt::Debug for Chatty {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            info!("inner");
            Plain.fmt(f)
        }
    }
    let stream = stream();
    let subscriber = tracing_subscriber::registry().with(stream.layer());
    tracing::subscriber::with_default(subscriber, || {
        let span = info_span!("span", chatty = ?Chatty);
        span.in_scope(|| info!(chatty = ?Chatty, "outer"));
    });
    // tracing itself keeps an event inside an event from its subscriber.
    let lines = lines(&stream);
    assert_eq!(lines.last().unwrap(), "[INFO] span{chatty=Plain}: outer chatty=Plain");
}

#[test]
fn an_error_keeps_its_sources() {
    let stream = stream();
    let subscriber = tracing_subscriber::registry().with(stream.layer());
    let error = std::io::Error::other("disk gone".parse::<u8>().unwrap_err());
    tracing::subscriber::with_default(subscriber, || {
        info!(error = &error as &(dyn core::error::Error + 'static), "failed");
    });
    for_each(&stream, |record| {
        let Some(Value::Error(chain)) = record.fields.get("error") else { panic!("an error") };
        assert!(chain.count() >= 1);
    });
}
