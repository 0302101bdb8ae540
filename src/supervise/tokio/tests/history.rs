//! What stays listed of what is over.

use core::future::pending;
use core::time::Duration;
use std::format;
use std::vec::Vec;

use crate::supervise::{Command, Exhausted, Policy, State, Supervisor, When};

/// How many of each sort stay at most: 64 in each of 16 shards.
const MOST: usize = 1_024;

#[tokio::test(start_paused = true)]
async fn jobs_that_are_done_are_forgotten_in_the_end() {
    let supervisor = Supervisor::new();
    let mut handles = Vec::new();
    for number in 0..1_500 {
        let job = supervisor.task(&format!("job {number}"), move |_| async move { number });
        let job = job.start().unwrap();
        job.down().await.unwrap();
        handles.push(job);
    }
    assert!(supervisor.listed() <= MOST, "{}", supervisor.listed());
    assert_eq!(supervisor.listed() as u64 + supervisor.forgotten(), 1_500);
    assert!(supervisor.snapshot("job 1499").is_ok() && supervisor.snapshot("job 0").is_err());
    assert_eq!(handles.swap_remove(0).await, Ok(0), "who has a handle has the value too");
    drop(supervisor.spawn("job 0", pending::<()>()).unwrap());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_forgotten_who_may_be_wanted() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("group").start().unwrap();
    let done = |name: &str| supervisor.task(name, |_| async {}).start().unwrap();
    let member = group.task("member", |_| async {}).start().unwrap();
    let stopped = supervisor.task("stopped", |cx| async move { cx.stopping().await });
    let stopped = stopped.start().unwrap();
    stopped.stop().await.unwrap();
    let disabled = done("disabled");
    let restarted = supervisor.task("restarted", |cx| async move {
        if cx.run() > 1 {
            cx.stopping().await;
        }
    });
    let restarted = restarted.start().unwrap();
    restarted.down().await.unwrap();
    drop(supervisor.command(&disabled, Command::Disable).unwrap());
    restarted.start().await.unwrap();
    let failed = supervisor.task("failed", |_| async { Err::<(), _>("no") });
    let failed = failed.restart(When::Never).start().unwrap();
    for number in 0..2_500 {
        done(&format!("job {number}")).down().await.unwrap();
    }
    for (task, state) in [
        (member.name(), State::Completed),
        (stopped.name(), State::Stopped),
        (disabled.name(), State::Completed),
        (restarted.name(), State::Running),
        (failed.name(), State::Failed),
    ] {
        assert_eq!(supervisor.snapshot(task).unwrap()[0].state, state, "{task}");
    }
    assert!(supervisor.listed() <= MOST + 6, "{}", supervisor.listed());
}

#[tokio::test(start_paused = true)]
async fn who_fails_for_good_is_forgotten_too_in_the_end() {
    let supervisor = Supervisor::new();
    let policy = Policy { exhausted: Exhausted::Park, ..Policy::default() };
    for number in 0..1_500 {
        let job = supervisor.task(&format!("job {number}"), |_| async { Err::<(), _>("no") });
        let job = job.policy(policy).restart_limit(0, Duration::from_secs(1)).start().unwrap();
        job.down().await.unwrap();
        assert_eq!(job.state(), State::Dead);
    }
    assert_eq!(supervisor.listed() as u64 + supervisor.forgotten(), 1_500);
    assert!(supervisor.listed() <= MOST && supervisor.forgotten() > 0);
}

/// One that comes again and again under one name leaves no trace of each time.
#[tokio::test(start_paused = true)]
async fn who_comes_again_pushes_nobody_out() {
    let supervisor = Supervisor::new();
    for number in 0..32 {
        supervisor.spawn(&format!("once {number}"), async {}).unwrap().await.unwrap();
    }
    for _ in 0..5_000 {
        supervisor.spawn("again", async {}).unwrap().await.unwrap();
    }
    assert_eq!((supervisor.listed(), supervisor.forgotten()), (33, 0));
    for _ in 0..5_000 {
        let task = supervisor.spawn("removed", async {}).unwrap();
        drop(supervisor.command(&task, Command::Remove).unwrap());
        assert!(task.await.is_err());
    }
    assert_eq!((supervisor.listed(), supervisor.forgotten()), (33, 0));
}
