//! Restarts a task that fails: after a delay that grows, and not more often than it may.

use core::time::Duration;

use ringvisor::supervise::{State, Supervisor, TaskError, TaskEventKind, When};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    // A panic is an ordinary event here: it is caught, kept, and shown below.
    std::panic::set_hook(Box::new(|_| {}));
    let supervisor = Supervisor::new();
    let mut events = supervisor.events();

    let flaky = supervisor
        .task("flaky", |cx| async move {
            if cx.run() < 4 {
                panic!("checksum mismatch in block {}", cx.run());
            }
            Ok::<_, std::io::Error>("all blocks read")
        })
        .restart(When::OnPanic)
        .backoff(Duration::from_millis(200), Duration::from_secs(30))
        .restart_limit(5, Duration::from_secs(60))
        .start()?;
    println!("flaky returned {:?}", flaky.await?);

    let hopeless = supervisor
        .task("hopeless", |_| async { Err::<(), _>("no route to host") })
        .restart_limit(2, Duration::from_secs(60))
        .start()?;
    let state = hopeless.state();
    assert_eq!(state, State::Running);
    match hopeless.await {
        Err(TaskError::Failed(report)) => println!("hopeless gave up: {report}"),
        other => println!("hopeless: {other:?}"),
    }

    let (mut started, mut dead) = (0, 0);
    while dead == 0 {
        match events.next().await?.kind {
            TaskEventKind::Started { .. } => started += 1,
            TaskEventKind::Dead => dead += 1,
            _ => {}
        }
    }
    println!("{started} runs started, {dead} task dead");
    Ok(())
}

// Output:
// flaky returned "all blocks read"
// hopeless gave up: no route to host
// 7 runs started, 1 task dead
