//! The runtime alone, and the plainest way to know tasks by name.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Effort;
use super::measure::{self, BATCH, Parker, Starter, milliseconds, one_thread, trivial};
use super::memory::parked;

/// `tokio::spawn`: no names, nothing recorded.
pub struct Spawned;

impl Starter for Spawned {
    fn new() -> Self {
        Self
    }

    async fn join_batch(&mut self, first: usize) {
        let mut tasks = Vec::with_capacity(BATCH);
        tasks.extend((first..first + BATCH).map(|number| tokio::spawn(trivial(number))));
        for task in tasks {
            black_box(task.await.expect("it does not panic"));
        }
    }
}

impl Parker for Spawned {
    async fn park(&mut self, _: usize) {
        drop(tokio::spawn(parked()));
    }
}

pub fn poll(effort: Effort) -> f64 {
    measure::polls(effort, |_, future| async {
        tokio::spawn(future).await.expect("it does not panic");
    })
}

/// Tasks that are known by name, where nothing is known of them but that.
pub const KNOWN: usize = 1_000_000;

/// The name of one of `KNOWN` tasks.
pub fn name(number: usize) -> String {
    format!("net/worker-{number}")
}

/// The number of the task that the `at`th question is about: all over the place.
pub fn asked(at: usize) -> usize {
    at.wrapping_mul(7_919_777) % KNOWN
}

/// A map of names behind a mutex, asked for one of a million.
pub fn look_up(effort: Effort) -> f64 {
    let map = (0..KNOWN).map(|number| (name(number), Arc::new(number))).collect();
    let map: Mutex<HashMap<String, Arc<usize>>> = Mutex::new(map);
    let mut wanted = String::new();
    measure::calls(effort, |at| {
        use std::fmt::Write;
        wanted.clear();
        write!(wanted, "net/worker-{}", asked(at)).expect("a string takes everything");
        let found = map.lock().expect("nobody panics").get(&wanted).cloned();
        black_box(found.expect("all are there"));
    })
}

/// What the names are searched for, and how many have it.
pub const PART: &str = "worker-777";
pub const FOUND: usize = 1_111;

/// All names searched for a part of them.
pub fn scan(_: Effort) -> f64 {
    let names: Vec<String> = (0..KNOWN).map(name).collect();
    milliseconds(|| {
        let found: Vec<&String> = names.iter().filter(|name| name.contains(PART)).collect();
        assert_eq!(black_box(found).len(), FOUND);
    })
}

/// How many tasks are stopped together.
pub const STOPPED: usize = 100_000;

/// Milliseconds to stop tasks that wait for a word of one `watch` channel.
pub fn stop(_: Effort) -> f64 {
    one_thread().block_on(async {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..STOPPED {
            let mut stopping = stopping.clone();
            tasks.spawn(async move { stopping.wait_for(|stop| *stop).await.is_ok() });
        }
        tokio::task::yield_now().await;
        let before = measure::cpu_time();
        stop.send_replace(true);
        while tasks.join_next().await.is_some() {}
        (measure::cpu_time() - before).as_secs_f64() * 1e3
    })
}
