//! Logging from inside of what logging calls, and from where little else works, while a reader
//! reads.

#![cfg(all(feature = "std", feature = "log"))]

use core::cell::RefCell;
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::task::{Context, Waker};
use std::io::Write as _;
use std::panic;
use std::sync::Arc;
use std::task::Wake;

use log::{Level, Log, Record};
use ringvisor::stream::{Entry, Follow, RingStream};

fn log_to(stream: &RingStream, message: fmt::Arguments<'_>) {
    let record = Record::builder()
        .level(Level::Info)
        .target("reentrant")
        .module_path_static(Some("reentrant"))
        .file_static(Some(file!()))
        .line(Some(line!()))
        .args(message)
        .build();
    stream.log(&record);
}

fn next(follow: &mut Follow<'_, ringvisor::ring::Heap>) -> String {
    match follow.wait() {
        Entry::Record(record) => record.message.to_string(),
        Entry::Lost(lost) => format!("-- {lost} lost"),
    }
}

/// Runs `act` while a reader follows the stream, and returns what the reader saw until `end`.
fn followed(stream: &RingStream, act: impl FnOnce()) -> Vec<String> {
    std::thread::scope(|scope| {
        let mut follow = stream.follow();
        let reader = scope.spawn(move || {
            let mut messages = Vec::new();
            loop {
                match next(&mut follow) {
                    end if end == "end" => return messages,
                    message => messages.push(message),
                }
            }
        });
        act();
        log_to(stream, format_args!("end"));
        reader.join().unwrap()
    })
}

fn stream() -> RingStream {
    RingStream::with_bytes(1 << 20).unwrap()
}

/// Logs its own depth on the way down, and writes lines on the way up.
struct Nested<'a>(&'a RingStream, u32);

impl fmt::Display for Nested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(mut stream, depth) = *self;
        if depth > 0 {
            log_to(stream, format_args!("{}", Nested(stream, depth - 1)));
            writeln!(stream, "written").unwrap();
        }
        write!(f, "depth {depth}")
    }
}

#[test]
fn inside_a_display() {
    let stream = stream();
    let messages = followed(&stream, || {
        for _ in 0..100 {
            log_to(&stream, format_args!("{}", Nested(&stream, 3)));
        }
    });
    let once = ["depth 0", "written", "depth 1", "written", "depth 2", "written", "depth 3"];
    assert_eq!(messages.len(), 700);
    for seven in messages.chunks(7) {
        assert_eq!(seven, once);
    }
}

#[test]
fn inside_a_display_that_panics_and_from_the_hook() {
    struct Panics;
    impl fmt::Display for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("in the middle of a record")
        }
    }
    let stream = stream();
    let own = std::thread::current().id();
    let (hooked, usual) = (stream.clone(), panic::take_hook());
    panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == own {
            let payload = panic.payload().downcast_ref::<&str>();
            log_to(&hooked, format_args!("{}", payload.copied().unwrap_or_default()));
        } else {
            usual(panic);
        }
    }));
    let messages = followed(&stream, || {
        for _ in 0..20 {
            let unwound = panic::catch_unwind(panic::AssertUnwindSafe(|| {
                log_to(&stream, format_args!("before {Panics}"));
            }));
            assert!(unwound.is_err());
        }
    });
    assert_eq!(messages, ["in the middle of a record"; 20], "and no half of the panicked ones");
}

#[test]
fn from_destructors_of_thread_locals() {
    struct Last(Option<RingStream>);
    impl Drop for Last {
        fn drop(&mut self) {
            if let Some(mut stream) = self.0.take() {
                log_to(&stream, format_args!("logged last"));
                writeln!(stream, "written last").unwrap();
                write!(stream, "half a line last").unwrap();
            }
        }
    }
    thread_local! {
        static EARLY: RefCell<Last> = const { RefCell::new(Last(None)) };
        static LATE: RefCell<Last> = const { RefCell::new(Last(None)) };
    }
    let stream = stream();
    let messages = followed(&stream, || {
        for _ in 0..20 {
            let stream = stream.clone();
            let thread = std::thread::spawn(move || {
                EARLY.with_borrow_mut(|last| last.0 = Some(stream.clone()));
                writeln!(&stream, "{}", 1).unwrap();
                LATE.with_borrow_mut(|last| last.0 = Some(stream.clone()));
            });
            thread.join().unwrap();
        }
    });
    // A thread's two unfinished lines become one or two records when the next thread writes; the
    // last thread's are still unfinished.
    let text = messages.concat();
    assert_eq!(text.matches("logged last").count(), 40);
    assert_eq!(text.matches("written last").count(), 40);
    assert!(text.matches("half a line last").count() >= 38);
}

#[test]
fn from_a_waker() {
    struct Logs {
        stream: RingStream,
        woken: AtomicU64,
        seen: AtomicBool,
    }
    impl Wake for Logs {
        fn wake(self: Arc<Self>) {
            log_to(&self.stream, format_args!("woken"));
            self.woken.fetch_add(1, Ordering::Relaxed);
            self.seen.store(true, Ordering::Release);
        }
    }
    let stream = stream();
    let logs = Arc::new(Logs {
        stream: stream.clone(),
        woken: AtomicU64::new(0),
        seen: AtomicBool::new(false),
    });
    let waker = Waker::from(Arc::clone(&logs));
    let rounds = 100;
    let mut follow = stream.follow();
    let messages = followed(&stream, || {
        for _ in 0..rounds {
            let mut context = Context::from_waker(&waker);
            while follow.poll_ready(&mut context).is_ready() {
                follow.cursor().next();
            }
            log_to(&stream, format_args!("call"));
            while !logs.seen.swap(false, Ordering::Acquire) {
                std::thread::yield_now();
            }
        }
    });
    let count = |what: &str| messages.iter().filter(|it| *it == what).count() as u64;
    assert_eq!(count("call"), rounds);
    assert_eq!(count("woken"), logs.woken.load(Ordering::Relaxed));
    assert_eq!(messages.len() as u64, count("call") + count("woken"));
}
