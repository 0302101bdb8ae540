//! Where tasks wait: the exact lines, for everything that tasks usually wait for.
//!
//! A line that is expected has its name at its end, `// <- name`.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{FuturesUnordered, once};
use ringvisor::supervise::Supervisor;
use ringvisor::supervise::trace::stack::Frame;
use ringvisor::supervise::trace::traceback::{Found, Traceback};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify, RwLock, Semaphore, mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

const HOUR: Duration = Duration::from_secs(3_600);
const LIMIT: Duration = Duration::from_secs(60);

/// The line of this file that is so named.
fn line(name: &str) -> u32 {
    let mark = ["// <- ", name].concat();
    let at = include_str!("tracebacks.rs").lines().position(|line| line.ends_with(&mark));
    at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or_else(|| panic!("no line {name}"))
}

/// Runs a task until it waits, and compares where it says it does with where it should: for each
/// wait the names of lines, the innermost first.
fn check<F>(task: F, expected: &[&[&str]])
where
    F: Future<Output = ()> + Send + 'static,
{
    let expected: Vec<Vec<u32>> =
        expected.iter().map(|wait| wait.iter().map(|name| line(name)).collect()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let supervisor = Supervisor::new();
        let handle = supervisor.spawn("waits", task).unwrap();
        // It answers at its first poll already, and then again once it has waited before.
        for _ in 0..3 {
            let traced = supervisor.trace("waits", LIMIT).await.unwrap();
            assert_eq!(found(&traced[0]), expected, "{traced:#?}");
        }
        drop(handle);
    });
}

/// The user's lines of each wait, all of this file.
fn found(traceback: &Traceback) -> Vec<Vec<u32>> {
    let Found::Suspended(suspended) = &traceback.found else { panic!("{traceback:#?}") };
    let line = |frame: &Frame| {
        let place = frame.place.clone().unwrap_or_else(|| panic!("no place: {frame:?}"));
        assert_eq!(place.file, file!());
        place.line
    };
    suspended.waits.iter().map(|stack| stack.user().map(line).collect()).collect()
}

#[test]
fn sleeping() {
    let task = async {
        sleep(HOUR).await; // <- sleep
    };
    check(task, &[&["sleep"]]);
}

#[test]
fn receiving_from_a_channel() {
    let task = async {
        let (_sender, mut receiver) = mpsc::channel::<u8>(1);
        receiver.recv().await; // <- recv
    };
    check(task, &[&["recv"]]);
}

#[test]
fn sending_to_a_full_channel() {
    let task = async {
        let (sender, _receiver) = mpsc::channel(1);
        sender.send(1).await.unwrap();
        sender.send(2).await.unwrap(); // <- send
    };
    check(task, &[&["send"]]);
}

#[test]
fn waiting_for_one_value() {
    let task = async {
        let (_sender, receiver) = oneshot::channel::<u8>();
        let _ = receiver.await; // <- oneshot
    };
    check(task, &[&["oneshot"]]);
}

#[test]
fn locking_a_mutex() {
    let task = async {
        let mutex = Mutex::new(());
        let _held = mutex.lock().await;
        let _never = mutex.lock().await; // <- mutex
    };
    check(task, &[&["mutex"]]);
}

#[test]
fn locking_for_writing() {
    let task = async {
        let lock = RwLock::new(());
        let _held = lock.read().await;
        let _never = lock.write().await; // <- rwlock
    };
    check(task, &[&["rwlock"]]);
}

#[test]
fn acquiring_a_permit() {
    let task = async {
        let semaphore = Semaphore::new(0);
        let _never = semaphore.acquire().await; // <- semaphore
    };
    check(task, &[&["semaphore"]]);
}

#[test]
fn being_notified() {
    let task = async {
        let notify = Notify::new();
        notify.notified().await; // <- notify
    };
    check(task, &[&["notify"]]);
}

#[test]
fn watching_a_value() {
    let task = async {
        let (_sender, mut receiver) = watch::channel(0);
        let _ = receiver.changed().await; // <- watch
    };
    check(task, &[&["watch"]]);
}

#[test]
fn accepting_a_connection() {
    let task = async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _ = listener.accept().await; // <- accept
    };
    check(task, &[&["accept"]]);
}

#[test]
fn reading_from_a_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    client.set_nonblocking(true).unwrap();
    let task = async {
        let mut client = TcpStream::from_std(client).unwrap();
        let _ = client.read(&mut [0; 8]).await; // <- read
    };
    check(task, &[&["read"]]);
    drop(listener);
}

#[test]
fn joining_a_task() {
    let task = async {
        let _ = tokio::spawn(sleep(HOUR)).await; // <- join handle
    };
    check(task, &[&["join handle"]]);
}

#[test]
fn waiting_for_a_blocking_thread() {
    let (end, wait) = std::sync::mpsc::channel::<()>();
    let task = async {
        let blocked = tokio::task::spawn_blocking(move || wait.recv());
        let _ = blocked.await; // <- blocking
        drop(end);
    };
    check(task, &[&["blocking"]]);
}

async fn receive(receiver: &mut mpsc::Receiver<u8>) {
    receiver.recv().await; // <- receive
}

async fn hear(notify: &Notify) {
    notify.notified().await; // <- hear
}

#[test]
fn whichever_comes_first() {
    let task = async {
        let (_sender, mut receiver) = mpsc::channel::<u8>(1);
        let notify = Notify::new();
        #[rustfmt::skip]
        tokio::select! { // <- select
            biased;
            _ = receive(&mut receiver) => {}
            () = hear(&notify) => {}
        }
    };
    check(task, &[&["receive", "select"], &["hear", "select"]]);
}

#[test]
fn both() {
    let task = async {
        let notify = Notify::new();
        tokio::join!(biased; sleep(HOUR), hear(&notify)); // <- join
    };
    check(task, &[&["hear", "join"], &["join"]]);
}

#[test]
fn for_a_while() {
    let task = async {
        let notify = Notify::new();
        let _ = timeout(HOUR, hear(&notify)).await; // <- timeout
    };
    check(task, &[&["hear", "timeout"], &["timeout"]]);
}

#[test]
fn a_set_of_futures_says_where_it_is_itself() {
    let task = async {
        let mut set: FuturesUnordered<_> = (0..3).map(|_| sleep(HOUR)).collect();
        set.next().await; // <- set
    };
    check(task, &[&["set"]]);
}

#[test]
fn a_stream() {
    let task = async {
        let mut stream = Box::pin(once(sleep(HOUR)));
        stream.next().await; // <- stream
    };
    check(task, &[&["stream"]]);
}

/// Keeps the waker and is never ready.
struct ByHand(Option<core::task::Waker>);

impl Future for ByHand {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone(); // <- by hand
        self.0 = Some(waker);
        Poll::Pending
    }
}

#[test]
fn a_future_written_by_hand() {
    let task = async {
        ByHand(None).await; // <- awaits by hand
    };
    check(task, &[&["by hand", "awaits by hand"]]);
}

async fn outer() {
    middle().await; // <- outer
}

async fn middle() {
    boxed().await; // <- middle
}

fn boxed() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {
        sleep(HOUR).await; // <- inner
    })
}

#[test]
fn calls_within_calls() {
    let task = async {
        outer().await; // <- task
    };
    check(task, &[&["inner", "middle", "outer", "task"]]);
}
