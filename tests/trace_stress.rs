//! A hundred tasks exchange messages while they are asked without a pause where they wait: no
//! wake-up and no value is lost.
//!
//! `RINGVISOR_STRESS_SECONDS` says for how long; a second unless it is set.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use core::time::Duration;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use ringvisor::supervise::Supervisor;
use ringvisor::supervise::trace::traceback::Found;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Mutex, Notify};
use tokio::time::{sleep, timeout};

const PAIRS: usize = 50;
/// A message that takes so long is lost.
const LOST: Duration = Duration::from_secs(30);

fn length() -> Duration {
    let seconds = std::env::var("RINGVISOR_STRESS_SECONDS").ok();
    Duration::from_secs(seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(1))
}

/// What a pair of tasks shares beside its channels.
#[derive(Default)]
struct Shared {
    turns: Mutex<u64>,
    notify: Notify,
    stop: AtomicBool,
}

/// Sends numbers and wants each of them back.
async fn ask(shared: Arc<Shared>, sender: Sender<u64>, mut receiver: Receiver<u64>) -> u64 {
    let mut number = 0;
    while !shared.stop.load(Relaxed) {
        sender.send(number).await.unwrap();
        let back = timeout(LOST, receiver.recv()).await.expect("a message was lost");
        assert_eq!(back, Some(number), "a value was lost");
        *shared.turns.lock().await += 1;
        shared.notify.notify_one();
        number += 1;
        if number % 500 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }
    number
}

/// Sends back what comes, through everything that can be waited for.
async fn answer(shared: Arc<Shared>, sender: Sender<u64>, mut receiver: Receiver<u64>) -> u64 {
    let mut number = 0;
    loop {
        let received = tokio::select! {
            received = receiver.recv() => received,
            () = sleep(LOST) => panic!("a message was lost"),
        };
        let Some(received) = received else { return number };
        assert_eq!(received, number, "a value was lost");
        let turn = async { *shared.turns.lock().await += 1 };
        tokio::join!(turn, async { _ = sender.send(received).await });
        shared.notify.notified().await;
        number += 1;
    }
}

#[test]
fn nothing_is_lost_while_everybody_is_asked() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let supervisor = Supervisor::on(runtime.handle().clone());
    let (mut pairs, mut shareds) = (Vec::new(), Vec::new());
    for number in 0..PAIRS {
        let shared = Arc::new(Shared::default());
        let ((to, inbox), (back, outbox)) = (channel(1), channel(1));
        let asks = ask(shared.clone(), to, outbox);
        let answers = answer(shared.clone(), back, inbox);
        let asks = supervisor.spawn(&format!("ask/{number}"), asks).unwrap();
        let answers = supervisor.spawn(&format!("answer/{number}"), answers).unwrap();
        pairs.push((asks, answers));
        shareds.push(shared);
    }
    let (begun, answered, leaves) = (Instant::now(), AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while begun.elapsed() < length() {
                let traced = supervisor.trace_blocking("*", Duration::from_secs(60)).unwrap();
                for traceback in traced {
                    if let Found::Suspended(suspended) = traceback.found {
                        answered.fetch_add(1, Relaxed);
                        leaves.fetch_add(suspended.waits.len() as u64, Relaxed);
                    }
                }
            }
            shareds.iter().for_each(|shared| shared.stop.store(true, Relaxed));
        });
    });
    let mut messages = 0;
    for (asks, answers) in pairs {
        let (asked, answered) =
            (runtime.block_on(asks).unwrap(), runtime.block_on(answers).unwrap());
        assert_eq!(asked, answered);
        messages += asked;
    }
    assert!(answered.load(Relaxed) > 0 && messages > 0);
    println!("{messages} messages, {answered:?} answers with {leaves:?} places, 0 lost");
}
