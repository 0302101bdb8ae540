//! Why a task died, where it hangs, who hogs a worker: one of each, with its traceback.
//!
//! In a release build the lines need `debug = "line-tables-only"` in the profile.

use core::fmt::Write;
use core::future::pending;
use core::time::Duration;

use ringvisor::RingStream;
use ringvisor::record::{Level, Zone};
use ringvisor::stream::Config;
use ringvisor::supervise::trace::traceback::Text;
use ringvisor::supervise::{Ctx, Supervisor, TaskEvent, TaskEventKind};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::sleep;

const LIMIT: Duration = Duration::from_secs(5);
const HOUR: Duration = Duration::from_secs(3_600);

/// Panics deep inside, and says before what it is about to do.
async fn flaky(stream: RingStream, block: u32) -> u32 {
    sleep(Duration::from_millis(5)).await;
    _ = writeln!(stream.writer_at(Level::Info, "tracebacks"), "read block={block}");
    read_block(block).await
}

async fn read_block(block: u32) -> u32 {
    verify(block)
}

fn verify(block: u32) -> u32 {
    assert!(block != 7, "checksum mismatch in block {block}");
    block
}

/// Waits for a message or for its time, three calls deep.
async fn session(cx: Ctx, mut orders: Receiver<u32>) {
    cx.named("next order", next(&mut orders)).await;
}

async fn next(orders: &mut Receiver<u32>) -> Option<u32> {
    tokio::select! {
        order = orders.recv() => order,
        () = sleep(HOUR) => None,
    }
}

/// Computes without ever letting go, for a while.
async fn hog() {
    sleep(Duration::from_millis(1)).await;
    std::thread::sleep(Duration::from_millis(600));
}

/// Waits for something that wakes nobody.
async fn lost() {
    pending().await
}

async fn broken() -> Result<(), core::num::ParseIntError> {
    sleep(Duration::from_millis(5)).await;
    "seven".parse::<u32>().map(drop)
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    // What panics is told below.
    std::panic::set_hook(Box::new(|_| {}));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let supervisor = Supervisor::on(runtime.handle().clone());
    let (told, hogs) = std::sync::mpsc::channel();
    supervisor.on_event(move |event: &TaskEvent| {
        if let TaskEventKind::Hog { is_over: false, .. } = event.kind {
            _ = told.send(());
        }
    });

    let (_orders, mut receivers): (Vec<_>, Vec<_>) = (0..1_000).map(|_| channel(1)).unzip();
    for number in 0..1_000 {
        let orders = std::sync::Mutex::new(receivers.pop());
        let factory = move |cx: Ctx| {
            let orders = orders.lock().ok().and_then(|mut orders| orders.take());
            async move {
                if let Some(orders) = orders {
                    session(cx, orders).await;
                }
            }
        };
        supervisor.task(&format!("session/{number}"), factory).start()?;
    }
    // The log of `ringvisor::init` is looked through without being told.
    let stream = Config::new().name("tracebacks").build()?;
    let log = stream.clone();
    supervisor.read_log_with(move |lines| {
        let mut log = log.newest_first();
        while log.next().is_some_and(|record| lines.offer(&record)) {}
    });
    _ = runtime.block_on(supervisor.spawn("flaky", flaky(stream, 7))?);
    _ = runtime.block_on(supervisor.try_spawn("broken", broken())?);
    supervisor.spawn("lost", lost())?;
    supervisor.spawn("hog", hog())?;
    // A channel that is closed would say that nobody listens to the supervisor.
    hogs.recv()?;

    let mut out = String::new();
    let mut text = Text::at(supervisor.now(), Zone::Local);
    for names in ["flaky", "broken", "lost", "session/*"] {
        text.render_all(&supervisor.trace_blocking(names, LIMIT)?, &mut out)?;
        out.push('\n');
    }
    let short = Duration::from_millis(50);
    text.render_all(&supervisor.trace_blocking("hog", short)?, &mut out)?;
    out.push_str("\nFindings\n");
    for finding in supervisor.findings() {
        out += &format!("  {finding}\n");
    }
    print!("{out}");
    runtime.shutdown_background();
    Ok(())
}
