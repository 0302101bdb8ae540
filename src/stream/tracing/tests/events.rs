//! Events, and what each layer of a subscriber sees of them.

use tracing::error;
use tracing_core::LevelFilter as Hint;
use tracing_subscriber::{Registry, registry, reload};

use super::*;
use crate::ring::Inline;

pub(super) fn stream_at(levels: &str) -> RingStream {
    let stream = stream();
    set(&stream, levels);
    stream
}

fn set(stream: &RingStream, levels: &str) {
    stream.core.configure_levels(levels.parse().unwrap());
}

pub(super) fn messages(stream: &RingStream) -> Vec<String> {
    let mut messages = Vec::new();
    for_each(stream, |record| messages.push(record.message.to_string()));
    messages
}

/// Fields as `Debug` shows them: with their types.
fn fields(stream: &RingStream) -> String {
    let mut fields = String::new();
    for_each(stream, |record| fields.push_str(&format!("{:?}", record.fields)));
    fields
}

#[test]
fn a_message_may_be_a_field() {
    let stream = stream();
    tracing::subscriber::with_default(registry().with(stream.layer()), || {
        info!(a = 1, message = "text");
        info!(message = ?Some(1));
        info!(message = 7);
    });
    assert_eq!(messages(&stream), ["text", "Some(1)", ""]);
    assert_eq!(fields(&stream), r#"{"a": I64(1)}{}{"message": I64(7)}"#);
}

#[test]
fn a_full_string_table_loses_no_name() {
    let stream = Config::new().bytes(1 << 18).shards(1).strings(0).build().unwrap();
    tracing::subscriber::with_default(
        registry().with(stream.layer()),
        || info!(target: "shop", id = 7, "bought"),
    );
    for_each(&stream, |record| {
        assert_eq!((record.target, record.message), ("shop", "bought"));
        assert!(record.line.is_some());
    });
    assert_eq!(fields(&stream), r#"{"id": I64(7)}"#);
}

#[test]
fn each_layer_sees_what_its_own_filter_lets_pass() {
    let (quiet, loud) = (stream_at("info,stranger=trace"), stream_at("off,stranger=off"));
    let (all, errors) = (Count::default(), Count::default());
    let subscriber = registry()
        .with(all.clone().with_filter(Hint::TRACE))
        .with(quiet.layer())
        .with(loud.layer())
        .with(errors.clone().with_filter(Hint::ERROR));
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..3 {
            error!("error");
            info!("info");
            debug!("debug");
            trace!(target: "stranger", "trace");
        }
    });
    assert_eq!(all.0.load(Ordering::Relaxed), 12);
    assert_eq!(errors.0.load(Ordering::Relaxed), 3);
    assert_eq!(messages(&quiet), ["error", "info", "trace"].repeat(3));
    assert!(messages(&loud).is_empty());
}

#[test]
fn the_hint_is_the_most_verbose_level() {
    let stream = stream_at("warn,stranger=debug");
    let subscriber = registry().with(stream.layer());
    assert_eq!(subscriber.max_level_hint(), Some(Hint::DEBUG));
    set(&stream, "error");
    assert_eq!(subscriber.max_level_hint(), Some(Hint::ERROR));
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    for (level, hint) in levels.into_iter().zip([
        Hint::OFF,
        Hint::ERROR,
        Hint::WARN,
        Hint::INFO,
        Hint::DEBUG,
        Hint::TRACE,
    ]) {
        set(&stream, level);
        assert_eq!(Hint::from(stream.max_level()), hint);
    }
}

#[test]
fn layers_come_in_an_option_and_can_be_exchanged() {
    let (first, second) = (stream(), stream());
    let (bare, handle) = reload::Layer::<RingStream, Registry>::new(first.clone());
    let subscriber = registry().with(bare).with(Some(second.layer())).with(None::<RingStream>);
    tracing::subscriber::with_default(subscriber, || {
        let _span = info_span!("span").entered();
        info!("both");
        handle.reload(second.clone()).unwrap();
        info!("twice");
    });
    assert_eq!(messages(&first), ["both"]);
    assert_eq!(messages(&second), ["both", "twice", "twice"]);
}

#[test]
fn a_static_is_a_layer() {
    static RING: RingStream<Inline<8, 512>> = RingStream::new();
    tracing::subscriber::with_default(registry().with(RING.layer()), || info!("filtered"));
    tracing::subscriber::with_default(registry().with(&RING), || info!("bare"));
    assert_eq!(RING.stats().written, 2);
    assert_eq!(RING.max_level(), LevelFilter::Trace);
}

/// What `tracing-log` makes of a record.
#[test]
fn an_event_from_log_is_the_record_it_was() {
    let stream = stream_at("info,shop=debug");
    tracing::subscriber::with_default(registry().with(stream.clone()), || {
        for target in ["shop", "stranger"] {
            tracing::event!(
                name: "log event",
                target: "log",
                tracing::Level::DEBUG,
                { log.target = target, log.module_path = "shop::till", log.file = "till.rs",
                  log.line = 12_u64 },
                "sold {}", 3
            );
        }
    });
    for_each(&stream, |record| {
        assert_eq!((record.target, record.module), ("shop", Some("shop::till")));
        assert_eq!((record.file, record.line), (Some("till.rs"), Some(12)));
        assert!(record.fields.is_empty());
    });
    assert_eq!(messages(&stream), ["sold 3"]);
}
