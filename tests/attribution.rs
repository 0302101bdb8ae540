//! A record that is written inside a task carries the task: through `log`, `tracing` and `write!`,
//! from blocking closures and threads, from children, and from what happens to the task.

use std::io::Write;

use ringvisor::record::LevelFilter;
use ringvisor::stream::Entry;
use ringvisor::supervise::{carry, spawn_blocking};

/// Name and run of the task of each record that contains `text`.
fn tasks_of(text: &str) -> Vec<Option<(String, u32)>> {
    let mut cursor = ringvisor::stream().expect("installed").cursor();
    let mut found = Vec::new();
    while let Some(entry) = cursor.next() {
        let Entry::Record(record) = entry else { continue };
        if record.message.contains(text) {
            found.push(record.task.map(|task| (task.name.to_owned(), task.run)));
        }
    }
    found
}

fn of(name: &str, run: u32) -> Option<(String, u32)> {
    Some((name.to_owned(), run))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_know_their_task() {
    let _log = ringvisor::builder("test").stderr(LevelFilter::Off).try_init().expect("nobody else");
    let supervisor = ringvisor::supervisor();

    log::info!("nobody's line");
    let worker = supervisor
        .task("worker", |cx| async move {
            log::info!("log line");
            tracing::info!("tracing line");
            let stream = ringvisor::stream().expect("installed");
            writeln!(stream.writer(), "written line").expect("never fails");
            spawn_blocking(|| log::info!("blocking line")).await.expect("no panic");
            let thread = std::thread::spawn(carry(|| log::info!("thread line")));
            thread.join().expect("no panic");
            let bare = std::thread::spawn(|| log::info!("bare thread line"));
            bare.join().expect("no panic");
            let foreign = tokio::spawn(async { log::info!("foreign line") });
            foreign.await.expect("no panic");
            let child = cx.child("child", async { log::info!("child line") }).expect("a free name");
            child.await.expect("no panic");
            tokio::task::yield_now().await;
            log::info!("line after an await");
            if cx.run() == 1 { Err("once") } else { Ok(()) }
        })
        .backoff(core::time::Duration::from_millis(1), core::time::Duration::from_millis(1))
        .start()
        .expect("a free name");
    assert_eq!(worker.await, Ok(()));

    let twice = [of("worker", 1), of("worker", 2)];
    for text in ["log line", "tracing line", "written line", "blocking line", "line after an await"]
    {
        assert_eq!(tasks_of(text), twice, "{text}");
    }
    assert_eq!(tasks_of("nobody's line"), [None]);
    assert_eq!(tasks_of("bare thread line"), [None, None], "not told, so not known");
    assert_eq!(tasks_of("foreign line"), [None, None], "somebody else's task");
    assert_eq!(tasks_of("child line").len(), 2);
    assert!(tasks_of("child line").iter().all(|task| *task == of("worker/child", 1)));

    // "bare thread line" contains "thread line".
    let carried: Vec<_> = tasks_of("thread line").into_iter().flatten().collect();
    assert_eq!(carried, [("worker".to_owned(), 1), ("worker".to_owned(), 2)]);
    assert_eq!(tasks_of("Error @ Task worker: once"), [of("worker", 1)]);
    assert_eq!(tasks_of("Restarting Task worker"), [of("worker", 1)]);
    let done = tasks_of("Done Task worker");
    assert_eq!(done.last(), Some(&of("worker", 2)), "after that of its last child");
}
