//! Replaces `tokio::spawn`: one word more, and no task is without a name or dies unheard.

use core::time::Duration;

use ringvisor::record::LevelFilter;
use ringvisor::stream::Query;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    std::panic::set_hook(Box::new(|_| {}));
    let ringvisor = ringvisor::builder("shop").stderr(LevelFilter::Off).try_init()?;

    let answer = ringvisor::spawn("answer", async { 6 * 7 });
    println!("{}", answer.await?);

    // Nobody holds these handles, and yet nothing is lost.
    drop(ringvisor::spawn("poller", async {
        log::info!("polling");
        panic!("row 17 is gone");
    }));
    drop(ringvisor::spawn("poller", sleep(Duration::from_secs(3600))));
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;

    print!("{}", ringvisor::status("poller*")?.lines(0));
    for line in Query::new().level(LevelFilter::Info).lines(ringvisor.stream()) {
        println!("{}", &line["2026-11-21 12:00:00 ".len()..]);
    }
    Ok(())
}

// Output:
// 42
// ● poller: status: ERROR @ …; 0 s ago --> result: panic: row 17 is gone
// ● poller_1: status: running since …; 0 s ago
// [shop] [INFO] [poller] polling
// [shop] [ERROR] [poller] Error @ Task poller: panicked…: row 17 is gone
