//! Streams as their users see them.

use core::task::{Context, Waker};
use core::time::Duration;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use log::{Level, Log, Record};

use super::{Config, Cursor, Entry, RingStream};
use crate::clock::{Clock, Manual};
use crate::context::{self, Current};
use crate::record::TaskId;
use crate::ring::Storage;

fn stream(shards: usize) -> RingStream {
    Config::new().bytes(1 << 18).shards(shards).build().unwrap()
}

/// Logs through the facade's record, as the macros do.
macro_rules! log_to {
    ($stream:expr, $level:expr, $($message:tt)*) => {
        $stream.log(
            &Record::builder()
                .level($level)
                .target(module_path!())
                .module_path_static(Some(module_path!()))
                .file_static(Some(file!()))
                .line(Some(line!()))
                .args(format_args!($($message)*))
                .build(),
        )
    };
}

fn messages<S: Storage>(cursor: &mut Cursor<'_, S>) -> Vec<String> {
    let mut messages = Vec::new();
    while let Some(entry) = cursor.next() {
        match entry {
            Entry::Record(record) => messages.push(record.message.to_string()),
            Entry::Lost(lost) => messages.push(format!("-- {lost} lost")),
        }
    }
    messages
}

#[test]
fn a_record_comes_back_with_its_call_site() {
    let stream = stream(2);
    log_to!(stream, Level::Warn, "disk {} of {}", 3, 4);
    let mut cursor = stream.cursor();
    let Some(Entry::Record(record)) = cursor.next() else { panic!("one record") };
    assert_eq!(record.message, "disk 3 of 4");
    assert_eq!(record.level, crate::record::Level::Warn);
    assert_eq!(record.target, module_path!());
    assert_eq!(record.file, Some(file!()));
    assert!(record.line.is_some());
    assert!(record.time.wall_ns > 0);
    assert!(cursor.next().is_none());
}

#[test]
fn records_of_many_threads_are_merged_in_order_of_time() {
    // Each shard has room for all, since other tests' threads decide who shares one.
    let stream = Config::new().bytes(1 << 20).shards(4).build().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let stream = &stream;
            scope.spawn(move || {
                for i in 0..500 {
                    log_to!(stream, Level::Info, "{thread} {i}");
                }
            });
        }
    });
    let mut cursor = stream.cursor();
    let (mut count, mut newest) = (0, 0);
    while let Some(entry) = cursor.next() {
        let Entry::Record(record) = entry else { panic!("nothing was lost") };
        assert!(record.ticks >= newest && !record.out_of_order);
        newest = record.ticks;
        count += 1;
    }
    assert_eq!(count, 2000);
}

#[test]
fn what_happened_before_comes_before() {
    let stream = stream(2);
    let (to, from) = std::sync::mpsc::sync_channel(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for i in 0..200 {
                log_to!(stream, Level::Info, "{i} sent");
                to.send(i).unwrap();
            }
            drop(to);
        });
        scope.spawn(|| {
            for i in from {
                log_to!(stream, Level::Info, "{i} received");
            }
        });
        let mut follow = super::Follow::new(stream.cursor());
        let mut sent = 0;
        for _ in 0..400 {
            let Entry::Record(record) = follow.wait() else { panic!("nothing was lost") };
            match record.message.split_once(' ') {
                Some((i, "sent")) => sent = i.parse::<u32>().unwrap() + 1,
                Some((i, _)) => assert!(i.parse::<u32>().unwrap() < sent, "{i} came before sent"),
                None => panic!("{}", record.message),
            }
        }
    });
}

#[test]
fn a_cursor_continues_from_a_position() {
    let stream = stream(2);
    for i in 0..10 {
        log_to!(stream, Level::Info, "{i}");
    }
    let mut cursor = stream.cursor();
    for _ in 0..4 {
        cursor.next();
    }
    let position = cursor.position().to_string().parse().unwrap();
    let mut resumed = stream.cursor_from(&position).unwrap();
    assert_eq!(messages(&mut resumed), ["4", "5", "6", "7", "8", "9"]);
    for i in 0..20_000 {
        log_to!(stream, Level::Info, "{i}");
    }
    let mut late = stream.cursor_from(&position).unwrap();
    let read = messages(&mut late);
    assert_eq!(late.lost() + read.len() as u64 - 1, 20_006);
    assert!(stream.cursor_from(&"1.0.0".parse().unwrap()).is_none(), "another stream's");
}

#[test]
fn a_follower_is_woken_only_when_it_sleeps() {
    let stream = stream(2);
    let mut follow = stream.follow();
    let mut context = Context::from_waker(Waker::noop());
    assert!(follow.poll_ready(&mut context).is_pending());
    log_to!(stream, Level::Info, "now");
    assert!(follow.poll_ready(&mut context).is_ready());
    let Entry::Record(record) = follow.wait() else { panic!("a record") };
    assert_eq!(record.message, "now");
}

#[test]
fn a_message_may_log_itself() {
    struct Chatty<'a>(&'a RingStream);
    impl core::fmt::Display for Chatty<'_> {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            log_to!(self.0, Level::Info, "inner");
            f.write_str("outer")
        }
    }
    let stream = stream(1);
    log_to!(stream, Level::Info, "{}", Chatty(&stream));
    assert_eq!(messages(&mut stream.cursor()), ["inner", "outer"]);
}

#[test]
fn time_is_the_clock_s() {
    static TIME: Manual = Manual::new();
    let stream = Config::new().shards(1).clock(Clock::manual(&TIME)).build().unwrap();
    TIME.set_wall(1_000_000_000);
    log_to!(stream, Level::Info, "a");
    TIME.advance(Duration::from_millis(1500));
    log_to!(stream, Level::Info, "b");
    let mut cursor = stream.cursor();
    let mut walls = Vec::new();
    while let Some(Entry::Record(record)) = cursor.next() {
        walls.push(record.time.wall_ns);
    }
    assert_eq!(walls, [1_000_000_000, 2_500_000_000]);
}

#[test]
fn a_long_message_is_cut_and_counted() {
    let stream = stream(1);
    log_to!(stream, Level::Info, "{}", "é".repeat(5000));
    let mut cursor = stream.cursor();
    let Some(Entry::Record(record)) = cursor.next() else { panic!("a record") };
    assert!(record.truncated && record.message.len() > 3000);
    assert_eq!(stream.stats().truncated, 1);
}

#[test]
fn a_place_kept_before_the_first_record_is_a_place() {
    let (stream, other) = (stream(2), stream(2));
    let position = stream.cursor().position();
    log_to!(stream, Level::Info, "first");
    let mut resumed = stream.cursor_from(&position).unwrap();
    assert_eq!(messages(&mut resumed), ["first"]);
    assert!(other.cursor_from(&position).is_none(), "that is another stream's");
}

#[test]
fn a_follower_that_is_dropped_is_forgotten() {
    struct Nothing;
    impl std::task::Wake for Nothing {
        fn wake(self: std::sync::Arc<Self>) {}
    }
    let stream = stream(2);
    let task = std::sync::Arc::new(Nothing);
    let waker = Waker::from(task.clone());
    let mut others = stream.follow();
    assert!(others.poll_ready(&mut Context::from_waker(&waker)).is_pending());
    for _ in 0..100 {
        let mut follow = stream.follow();
        assert!(follow.poll_ready(&mut Context::from_waker(&waker)).is_pending());
    }
    assert_eq!(
        std::sync::Arc::strong_count(&task),
        3,
        "one here, one in `waker`, one for `others`"
    );
}

#[test]
fn memory_that_cannot_be_had_is_an_error() {
    use crate::ring::GeometryError::{NoMemory, TooLarge};
    let build = |bytes| Config::new().bytes(bytes).shards(1).build().unwrap_err();
    let TooLarge { most, .. } = build(usize::MAX) else { panic!("nobody has so much") };
    assert_eq!(build(most), NoMemory { bytes: most }, "more than any address space");
    assert!(matches!(build(most + 1), TooLarge { .. }));
    assert!(Config::new().strings(usize::MAX).build().is_err());
}

#[test]
fn targets_without_a_table_leave_room_for_other_sites() {
    let stream = Config::new().bytes(1 << 18).shards(1).strings(0).build().unwrap();
    for _ in 0..1000 {
        let record = Record::builder()
            .level(Level::Info)
            .target("audit")
            .module_path_static(Some(module_path!()))
            .file_static(Some(file!()))
            .line(Some(line!()))
            .args(format_args!("x"))
            .build();
        stream.log(&record);
    }
    assert_eq!(stream.core.state.sites.taken(), 0);
}

#[test]
fn each_record_bears_the_name_of_its_own_task() {
    for strings in [0, 256 << 10] {
        let stream = Config::new().bytes(1 << 20).shards(1).strings(strings).build().unwrap();
        // More than are remembered, so that they take each other's place.
        let names: Vec<String> = (0..200).map(|i| format!("task {i}")).collect();
        for name in names.iter().chain(&names) {
            let task = Current { id: TaskId(1), run: 1, name };
            context::scope(Some(&task), || {
                stream.write_text(Level::Info.into(), "tests", format_args!("{name}"));
            });
        }
        let mut cursor = stream.cursor();
        for name in names.iter().chain(&names) {
            let Some(Entry::Record(record)) = cursor.next() else { panic!("a record") };
            assert_eq!((record.task.unwrap().name, record.message), (&**name, &**name));
        }
    }
}

#[test]
fn it_is_known_how_full_it_is() {
    let stream = stream(1);
    let used = || stream.stats().used;
    assert_eq!(used(), 0);
    let mut before = 0;
    for _ in 0..10_000 {
        log_to!(stream, Level::Info, "a line that takes its room");
        let now = used();
        assert!(before <= now && now <= stream.stats().bytes);
        before = now;
    }
    assert_eq!(used(), stream.stats().bytes);
}
