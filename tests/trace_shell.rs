//! What the supervisor says of tasks in every state: waiting, hogging, panicked, failed, down.

use core::fmt::{self, Write};
use core::future::pending;
use core::time::Duration;
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::thread;

use ringvisor::RingStream;
use ringvisor::record::Level;
use ringvisor::stream::Config;
use ringvisor::supervise::trace::findings::{Finding, FindingKind};
use ringvisor::supervise::trace::last_lines::MOST_LINES;
use ringvisor::supervise::trace::stack::{Frame, Stack};
use ringvisor::supervise::trace::symbols;
use ringvisor::supervise::trace::traceback::{Found, Traceback};
use ringvisor::supervise::{Ctx, Supervisor, TaskEventKind, When};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

const LIMIT: Duration = Duration::from_secs(60);

fn runtime(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap()
}

/// The task of that name, asked by a thread that is none of the runtime's.
fn traced(supervisor: &Supervisor, name: &str) -> Traceback {
    supervisor.trace_blocking(name, LIMIT).unwrap().remove(0)
}

fn user_lines(stack: &Stack) -> Vec<u32> {
    let line = |frame: &Frame| {
        let place = frame.place.clone().unwrap();
        assert_eq!(place.file, file!(), "{stack:?}");
        place.line
    };
    stack.user().map(line).collect()
}

#[inline(never)]
fn verify(block: u32) -> u32 {
    assert!(block != 7, "checksum mismatch in block {block}");
    block
}

#[test]
fn a_panic_is_told_with_its_whole_stack() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let line = line!() + 3;
    async fn read(block: u32) -> u32 {
        tokio::task::yield_now().await;
        verify(block)
    }
    let handle = supervisor.spawn("flaky", async { read(7).await }).unwrap();
    runtime.block_on(handle).unwrap_err();
    assert!(symbols::settle(LIMIT));
    let traced = traced(&supervisor, "flaky");
    let Found::Panicked(panicked) = &traced.found else { panic!("{traced:#?}") };
    assert_eq!(panicked.message, "checksum mismatch in block 7");
    assert_eq!(panicked.place.as_ref().unwrap().file, file!());
    assert_eq!(panicked.seen, 1);
    let lines = user_lines(&panicked.stack);
    assert_eq!(lines[1..], [line, line + 2], "{panicked:#?}");
    let Found::Panicked(again) = self::traced(&supervisor, "flaky").found else { panic!() };
    assert_eq!(again.stack, panicked.stack);
}

/// Logs what the task does, and panics or fails at the end.
async fn works(stream: RingStream, panics: bool) -> Result<(), &'static str> {
    let say = |text: String| writeln!(stream.writer_at(Level::Info, "shop"), "{text}").unwrap();
    for step in 0..MOST_LINES + 5 {
        tokio::task::yield_now().await;
        say(format!("step {step}"));
    }
    assert!(!panics, "on purpose");
    Err("out of stock")
}

#[test]
fn what_it_logged_before_is_shown_and_nothing_else() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let stream = Config::new().name("shop").build().unwrap();
    let log = stream.clone();
    assert!(supervisor.read_log_with(move |lines| {
        let mut log = log.newest_first();
        while log.next().is_some_and(|record| lines.offer(&record)) {}
    }));
    assert!(!supervisor.read_log_with(|_| panic!("the second one is not asked")));
    for (name, panics) in [("cart/1", true), ("cart/2", false)] {
        let handle = supervisor.try_spawn(name, works(stream.clone(), panics)).unwrap();
        runtime.block_on(handle).unwrap_err();
        writeln!(stream.writer_at(Level::Info, "shop"), "of nobody's").unwrap();
    }
    let expected: Vec<String> = (5..MOST_LINES + 5).map(|step| format!("step {step}")).collect();
    for traceback in supervisor.trace_blocking("cart/*", LIMIT).unwrap() {
        let lines: Vec<&str> = traceback.log.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, expected, "{}", traceback.name);
    }
}

#[derive(Debug)]
struct Broken(std::io::Error);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue is broken")
    }
}

impl core::error::Error for Broken {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn an_error_is_told_with_its_sources() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let task = async { Err::<(), _>(Broken(std::io::ErrorKind::ConnectionReset.into())) };
    let handle = supervisor.try_spawn("broken", task).unwrap();
    runtime.block_on(handle).unwrap_err();
    let traced = traced(&supervisor, "broken");
    let Found::Failed(failed) = &traced.found else { panic!("{traced:#?}") };
    assert_eq!(failed.error.chain, ["the queue is broken", "connection reset"]);
    assert!(failed.debug.contains("ConnectionReset"));
}

#[test]
fn a_task_that_nobody_can_wake_is_found_out() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let _handle = supervisor.spawn("lost", pending::<()>()).unwrap();
    assert_eq!(traced(&supervisor, "lost").found, Found::NoWaker);
    let findings = runtime.block_on(supervisor.diagnose(LIMIT));
    assert_eq!(findings[0].kind, FindingKind::NoWaker);
    assert_eq!(findings[0].name, "lost");
}

#[test]
fn a_hog_is_named_while_all_workers_are_blocked() {
    let runtime = runtime(2);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let (told, hogs) = mpsc::channel();
    supervisor.on_event(move |event| {
        if let TaskEventKind::Hog { held, is_over } = event.kind {
            told.send((event.name().to_owned(), held, is_over)).unwrap();
        }
    });
    let (both, (end_1, wait_1), (end_2, wait_2)) =
        (Arc::new(Barrier::new(3)), mpsc::channel::<()>(), mpsc::channel::<()>());
    for (name, wait) in [("hog/1", wait_1), ("hog/2", wait_2)] {
        let both = both.clone();
        let task = async move {
            both.wait();
            let _ = wait.recv();
        };
        drop(supervisor.spawn(name, task).unwrap());
    }
    both.wait();
    let notify = Arc::new(Notify::new());
    let wait = notify.clone();
    let waits = supervisor.spawn("waits", async move { wait.notified().await }).unwrap();
    for _ in 0..2 {
        let (name, held, is_over) = hogs.recv_timeout(LIMIT).unwrap();
        assert!(name.starts_with("hog/") && held >= Duration::from_millis(100) && !is_over);
    }
    let short = Duration::from_millis(50);
    let hog = supervisor.trace_blocking("hog/1", short).unwrap().remove(0);
    let Found::Running(running) = &hog.found else { panic!("{hog:#?}") };
    assert!(running.held >= Duration::from_millis(100));
    assert_eq!(running.thread, "tokio-rt-worker");
    let unanswered = supervisor.trace_blocking("waits", short).unwrap().remove(0);
    assert_eq!(unanswered.found, Found::Unanswered { last: None });
    drop((end_1, end_2));
    for _ in 0..2 {
        let over = hogs.iter().find(|(.., is_over)| *is_over);
        assert!(over.is_some());
    }
    let is_hog = |finding: &&Finding| finding.kind == FindingKind::Hog;
    assert_eq!(supervisor.findings().iter().filter(is_hog).count(), 2);
    drop(waits);
}

#[test]
fn a_run_that_gave_no_sign_of_life_is_a_finding() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let quiet = supervisor.task("quiet", |_| async { tokio::time::sleep(LIMIT).await });
    let quiet = quiet.heartbeat(Duration::from_millis(20)).restart(When::Never).start().unwrap();
    runtime.block_on(quiet).unwrap_err();
    let findings = supervisor.findings();
    let silent = findings.iter().find(|finding| finding.kind == FindingKind::Silent);
    let text = silent.map_or_else(String::new, |finding| finding.text.clone());
    assert!(text.starts_with("no beat in time, so that its run was ended"), "{findings:#?}");
}

#[test]
fn a_runtime_that_somebody_else_blocks_is_found_out() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    drop(supervisor.spawn("waits", async { tokio::time::sleep(LIMIT).await }).unwrap());
    // Once it has answered, the canary was polled too: that was there before it.
    traced(&supervisor, "waits");
    let (end, wait) = mpsc::channel::<()>();
    runtime.spawn(async move { wait.recv() });
    let stall = |begin: &str| loop {
        let findings = supervisor.findings();
        let stall = findings.iter().find(|finding| finding.kind == FindingKind::Stall);
        match stall {
            Some(stall) if stall.text.starts_with(begin) => return stall.name.clone(),
            _ => thread::yield_now(),
        }
    };
    assert_eq!(stall("has not polled for "), "runtime");
    drop(end);
    assert_eq!(stall("did not poll "), "runtime");
    // Nothing of ours stays behind.
    _ = runtime.block_on(supervisor.shutdown(Duration::ZERO));
    drop(supervisor);
    while runtime.metrics().num_alive_tasks() > 0 {
        thread::yield_now();
    }
}

#[test]
fn what_could_not_be_asked_is_told_as_it_was() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let _waits = supervisor.spawn("waits", async { tokio::time::sleep(LIMIT).await }).unwrap();
    let Found::Suspended(before) = traced(&supervisor, "waits").found else { panic!() };
    let (begun, (end, wait)) = (Arc::new(Barrier::new(2)), mpsc::channel::<()>());
    let begin = begun.clone();
    runtime.spawn(async move {
        begin.wait();
        let _ = wait.recv();
    });
    begun.wait();
    let short = Duration::from_millis(20);
    let found = supervisor.trace_blocking("waits", short).unwrap().remove(0).found;
    let Found::Unanswered { last: Some((last, age)) } = found else { panic!("{found:?}") };
    assert_eq!(last.waits, before.waits);
    assert!(age >= short);
    drop(end);
    assert!(matches!(traced(&supervisor, "waits").found, Found::Suspended(_)));
}

#[test]
fn names_are_shown_while_what_they_name_goes_on() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let notify = Arc::new(Notify::new());
    let wait = notify.clone();
    let factory = move |cx: Ctx| {
        let wait = wait.clone();
        async move {
            cx.named("pay", async { cx.named("charge", wait.notified()).await }).await;
            pending::<()>().await;
        }
    };
    let _handle = supervisor.task("shop", factory).start().unwrap();
    let names = |traced: &Traceback| -> Vec<String> {
        traced.spans.iter().map(|span| span.name.clone()).collect()
    };
    assert_eq!(names(&traced(&supervisor, "shop")), ["pay", "charge"]);
    notify.notify_one();
    while !names(&traced(&supervisor, "shop")).is_empty() {
        thread::yield_now();
    }
    assert_eq!(traced(&supervisor, "shop").found, Found::NoWaker);
}

#[test]
fn every_other_state_has_its_words() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let done = supervisor.spawn("done", async {}).unwrap();
    runtime.block_on(done).unwrap();
    assert_eq!(traced(&supervisor, "done").found, Found::Down("completed".into()));
    let (begun, (end, wait)) = (Arc::new(Barrier::new(2)), mpsc::channel::<()>());
    let (begin, wait) = (begun.clone(), std::sync::Mutex::new(wait));
    let work = move |_: Ctx| {
        begin.wait();
        let _ = wait.lock().unwrap().recv();
    };
    let _handle = supervisor.blocking("digest", work).start().unwrap();
    begun.wait();
    assert_eq!(traced(&supervisor, "digest").found, Found::Blocking);
    drop(end);
    assert!(supervisor.trace_blocking("nobody", LIMIT).is_err());
}
