//! A whole service: its log, its tasks, its control socket, its end. `10_service ctl status` asks it
//! how it is, from another terminal; `10_service ctl --help` says what else can be asked.

use core::time::Duration;
use std::process::ExitCode;

use ringvisor::supervise::{Ctx, Order, When};
use tokio::time::sleep;

type Failure = Box<dyn core::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let orders = ringvisor::builder("orders") // the log, DEBUG and up in RAM, INFO and up on stderr
        .bytes(8 << 20);
    if orders.ctl_requested() {
        return Ok(orders.ctl().into()); // `orders ctl status` talks to the running one
    }
    let _log = orders.try_init()?;

    let supervisor = ringvisor::supervisor();
    let workers = supervisor.group("workers").order(Order::AllAtOnce).start()?;
    for number in 1..=3 {
        let worker = workers
            .task(&format!("worker@{number}"), work)
            .restart(When::OnFailure)
            .backoff(Duration::from_millis(200), Duration::from_secs(30))
            .restart_limit(5, Duration::from_secs(60))
            .on_dead(|run| eprintln!("somebody should look at {}", run.name));
        worker.start()?;
    }
    supervisor.task("report", report).start()?;

    // SIGTERM or Ctrl-C: in reverse order, at most ten seconds; a second signal makes an end at once.
    let finish = supervisor.run_until_signal(Duration::from_secs(10)).await?;
    Ok(finish.exit_code())
}

async fn work(cx: Ctx) -> Result<(), Failure> {
    let mut job = 0;
    while cx.until_stopped(sleep(Duration::from_millis(20))).await.is_some() {
        job += 1;
        cx.status(format!("job {job}")); // in `ps`, and wherever else tasks are shown
        log::debug!(job; "done"); // carries the task's name and run by itself
    }
    Ok(())
}

/// Tells how it goes, and ends the service as an operator would: with a signal.
async fn report(cx: Ctx) {
    cx.until_stopped(sleep(Duration::from_millis(200))).await;
    let status = ringvisor::status("workers/*").map(|status| status.tasks().len());
    log::info!(workers = status.unwrap_or(0); "enough for an example");
    let own = std::process::id().to_string();
    _ = std::process::Command::new("kill").arg(own).status();
}

// Output:
// …
// … [orders] [INFO] [report] Started Task report
// …
// … [orders] [INFO] [report] enough for an example workers=3
// …
// … [orders] [INFO] [workers/worker@1] Stopping Task workers/worker@1
// …
// … [orders] [INFO] [workers/worker@1] Stopped Task workers/worker@1
// …
