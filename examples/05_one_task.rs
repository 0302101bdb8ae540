//! Supervises one task: it has a name, a state, arguments and lines of its own in the log.

use core::time::Duration;

use ringvisor::record::LevelFilter;
use ringvisor::supervise::SelectError;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    let _ringvisor = ringvisor::builder("board").stderr(LevelFilter::Off).try_init()?;
    let supervisor = ringvisor::supervisor();

    let blink = supervisor
        .task_with("blink", 3_u32, |cx, led| async move {
            for toggled in 1..=3 {
                log::info!("LED {led} toggled!");
                cx.progress(toggled, 3);
                sleep(Duration::from_millis(10)).await;
            }
            toggles(led)
        })
        .start()?;
    println!("{}", ringvisor::status("blink")?.lines(0));

    let value = blink.await?;
    println!("returned {value}");
    print!("{}", ringvisor::status("bl*")?.debug());

    // A name that nobody has is an error with a hint, never a silent success.
    let typo: Result<_, SelectError> = supervisor.stop("blnk");
    println!("{}", typo.map_err(|error| error.to_string()).err().unwrap_or_default());
    Ok(())
}

fn toggles(led: u32) -> u32 {
    led * 14
}

// Output:
// ● blink: status: running since …; 0 s ago
//
// returned 42
// ● blink: status: done @ …; 0 s ago --> result: 42
// …
