//! Replaces `tokio::spawn`: the line that spawns gets a name, and no other line changes.

use core::error::Error;
use core::future::pending;

use ringvisor::record::LevelFilter;
use ringvisor::stream::Query;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    std::panic::set_hook(Box::new(|_| {}));
    let ringvisor = ringvisor::builder("shop").stderr(LevelFilter::Off).try_init()?;

    // let answer = tokio::spawn(answer());
    let answer = ringvisor::spawn("answer", answer());
    println!("answer: {}", answer.await?);

    // tokio::spawn(poll());
    ringvisor::spawn("poller", poll());

    // let second = tokio::spawn(pending::<()>());
    let second = ringvisor::spawn("poller", pending::<()>());
    while ringvisor::status("poller")?.tasks()[0].state.is_alive() {
        tokio::task::yield_now().await;
    }

    // What was gained: nobody held the handle of the first poller, and yet nothing is lost.
    print!("{}", ringvisor::status("poller*")?.lines(0));
    for line in Query::new().level(LevelFilter::Info).lines(ringvisor.stream()) {
        println!("{}", &line["2026-11-21 12:00:00 ".len()..]);
    }

    second.abort();
    if let Err(error) = second.await {
        println!("cancelled: {}", error.is_cancelled());
    }
    Ok(())
}

async fn answer() -> u32 {
    6 * 7
}

async fn poll() {
    log::info!("polling");
    panic!("row 17 is gone");
}

// Output:
// answer: 42
// ● poller: status: ERROR @ …; 0 s ago --> result: panic: row 17 is gone
// ● poller_1: status: running since …; 0 s ago
// [shop] [INFO] [poller] polling
// [shop] [ERROR] [poller] Error @ Task poller: panicked…: row 17 is gone
// cancelled: true
