//! What needs a global `tracing` subscriber: a scoped one is not entered again while it handles an
//! event, nor while its thread ends.

#![cfg(all(feature = "std", feature = "tracing"))]

use core::fmt;

use ringvisor::ring::Inline;
use ringvisor::stream::{Entry, RingStream};
use tracing::{info, info_span};
use tracing_subscriber::layer::SubscriberExt;

static RING: RingStream<Inline<16, 512>> = RingStream::new();

/// Logs when it is formatted and when it is dropped.
struct Chatty(&'static str);

impl fmt::Debug for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!(name = self.0, "inner");
        f.write_str(self.0)
    }
}

impl Drop for Chatty {
    fn drop(&mut self) {
        info!(name = self.0, "dropped");
    }
}

thread_local! {
    static EARLY: Chatty = const { Chatty("early") };
    static LATE: Chatty = const { Chatty("late") };
}

fn messages() -> Vec<String> {
    let mut cursor = RING.cursor();
    let mut messages = Vec::new();
    while let Some(entry) = cursor.next() {
        let Entry::Record(record) = entry else { panic!("nothing was lost") };
        let spans: Vec<&str> = record.spans.map(|span| span.name).collect();
        messages.push([&spans[..], &[record.message]].concat().join(":"));
    }
    messages
}

#[test]
fn user_code_may_log_wherever_it_runs() {
    let subscriber = tracing_subscriber::registry().with(RING.layer()).with(&RING);
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let chatty = Chatty("a");
    let span = info_span!("span", ?chatty, later = tracing::field::Empty);
    span.in_scope(|| {
        span.record("later", tracing::field::debug(&chatty));
        info!(?chatty, "outer {chatty:?}");
    });
    drop(span);
    drop(chatty);
    // Each layer formats, and each inner event reaches both of them.
    let inner = ["inner"; 4].into_iter().chain(["span:inner"; 4]);
    let outer = ["span:inner", "span:inner", "span:inner", "span:inner", "span:outer a"];
    let mut expected: Vec<&str> = inner.collect();
    expected.extend([outer, outer].concat());
    expected.extend(["dropped"; 2]);
    assert_eq!(messages(), expected);

    let before = messages().len();
    let thread = std::thread::spawn(|| {
        EARLY.with(|_| ());
        let entered = info_span!("thread").entered();
        info!("running");
        drop(entered);
        LATE.with(|_| ());
    });
    thread.join().unwrap();
    let running = ["thread:running", "thread:running"];
    assert_eq!(messages()[before..], [&running[..], &["dropped"; 4]].concat());
}
