//! Tells the user's own functions what happens, and keeps what came of each task.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use ringvisor::supervise::{Class, Supervisor, When};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    let supervisor = Supervisor::new();
    let diary = Arc::new(Mutex::new(Vec::new()));
    let note = |text: &'static str| {
        let diary = Arc::clone(&diary);
        move |report: &ringvisor::supervise::RunReport| {
            let trouble = report.failure().map(|trouble| format!(": {trouble}"));
            let line =
                format!("{text} {}#{}{}", report.name, report.run, trouble.unwrap_or_default());
            diary.lock().map(|mut diary| diary.push(line)).unwrap_or_default();
        }
    };

    let fetch = supervisor
        .task("fetch", |cx| async move { if cx.run() == 1 { Err("timed out") } else { Ok(200) } })
        .backoff(Duration::from_millis(1), Duration::from_millis(1))
        .on_start(note("start"))
        .on_error(note("error"))
        .on_stop(note("stop"))
        .on_restart(note("restart"))
        .start()?;
    println!("fetch: {:?}", fetch.await);

    // What on_error returned was the result in the tools this grew from; here one asks for it.
    let cached = supervisor
        .task("cached", |_| async { Err::<u32, _>("offline") })
        .recover(|error| if error.message == "offline" { 304 } else { 500 })
        .start()?;
    println!("cached: {:?}", cached.await);

    // Some errors no restart can mend.
    let config = supervisor
        .task("config", |_| async { "x".parse::<u8>() })
        .restart(When::Always)
        .classify(|ending| if ending.error.is_some() { Class::Fatal } else { Class::Default })
        .start()?;
    println!("config: {:?}", config.await.map_err(|error| error.to_string()));

    supervisor.shutdown(Duration::from_secs(1)).await?;
    for line in diary.lock().map_err(|_| "a callback panicked")?.iter() {
        println!("{line}");
    }
    Ok(())
}

// Output:
// fetch: Ok(200)
// cached: Ok(304)
// config: Err("failed: invalid digit found in string")
// start fetch#1
// stop fetch#1: timed out
// error fetch#1: timed out
// restart fetch#2
// start fetch#2
// stop fetch#2
