//! Events: numbered, in order, and a loss is told.

use core::future::pending;
use core::time::Duration;
use std::format;
use std::vec::Vec;

use crate::supervise::{Missed, Outcome, Supervisor, TaskEvent, TaskEventKind};

async fn all(events: &mut crate::supervise::Events) -> Vec<TaskEvent> {
    let mut all = Vec::new();
    while let Ok(next) = tokio::time::timeout(Duration::from_millis(1), events.next()).await {
        match next {
            Ok(event) => all.push(event),
            Err(Missed::Closed) => break,
            Err(missed) => panic!("{missed}"),
        }
    }
    all
}

#[tokio::test(start_paused = true)]
async fn a_life_is_told_in_order() {
    let supervisor = Supervisor::new();
    let mut events = supervisor.events();
    let task = supervisor.task("x", |cx| async move {
        if cx.run() == 1 {
            return Err("no");
        }
        cx.stopping().await;
        Ok(())
    });
    let task = task.start().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    task.stop().await.unwrap();
    drop(supervisor.command("x", crate::supervise::Command::Remove).unwrap());
    let all = all(&mut events).await;
    let told: Vec<_> = all.iter().map(|event| (event.run, event.kind)).collect();
    let delay = told.iter().find_map(|(_, what)| match what {
        TaskEventKind::Restarting { after, .. } => Some(*after),
        _ => None,
    });
    let after = delay.unwrap();
    assert!(after >= Duration::from_millis(100) && after <= Duration::from_millis(200));
    let expected = [
        (1, TaskEventKind::Started { attempt: 0 }),
        (1, TaskEventKind::Ready),
        (1, TaskEventKind::Ended { outcome: Outcome::Failed }),
        (1, TaskEventKind::Restarting { after, attempt: 1 }),
        (2, TaskEventKind::Started { attempt: 1 }),
        (2, TaskEventKind::Ready),
        (2, TaskEventKind::Stopping),
        (2, TaskEventKind::Ended { outcome: Outcome::Stopped }),
        (2, TaskEventKind::Removed),
    ];
    assert_eq!(told, expected);
    let numbers: Vec<_> = all.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers, (1..=9).collect::<Vec<_>>());
    assert_eq!(all[2].error().unwrap().message, "no");
}

#[tokio::test(start_paused = true)]
async fn a_loss_is_told_and_the_numbers_agree() {
    let supervisor = Supervisor::new();
    let mut events = supervisor.events();
    let inner = supervisor.clone();
    let flood = async move {
        for number in 0..3_000 {
            inner.spawn(&format!("{number}"), async {}).unwrap().await.unwrap();
        }
    };
    tokio::spawn(flood).await.unwrap();
    let (mut last, mut told, mut lost) = (0, 0, 0);
    while let Ok(next) = tokio::time::timeout(Duration::from_millis(1), events.next()).await {
        match next {
            Ok(event) => {
                last += 1;
                assert_eq!(event.sequence, last);
                told += 1;
            }
            Err(Missed::Lagged(missed)) => {
                last += missed;
                lost += missed;
            }
            Err(missed) => panic!("{missed}"),
        }
    }
    assert_eq!(told + lost, 6_000);
    assert!(lost > 0);
}

#[tokio::test(start_paused = true)]
async fn many_may_listen_and_stop_listening() {
    let supervisor = Supervisor::new();
    let mut listeners: Vec<_> = (0..10).map(|_| supervisor.events()).collect();
    drop(supervisor.spawn("x", pending::<()>()).unwrap());
    for listener in &mut listeners {
        assert_eq!(all(listener).await.len(), 1);
    }
    listeners.truncate(1);
    drop(supervisor.spawn("y", pending::<()>()).unwrap());
    assert_eq!(all(&mut listeners[0]).await.len(), 1);
    listeners.clear();
    drop(supervisor.spawn("z", pending::<()>()).unwrap());
    let mut late = supervisor.events();
    drop(supervisor.spawn("w", pending::<()>()).unwrap());
    let told = all(&mut late).await;
    assert_eq!((told.len(), told[0].name()), (1, "w"));
}

#[test]
fn numbers_have_no_gap_on_several_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let supervisor = Supervisor::new();
        let mut events = supervisor.events();
        let spawners = (0..4).map(|spawner| {
            let supervisor = supervisor.clone();
            tokio::spawn(async move {
                for number in 0..100 {
                    let name = format!("{spawner} {number}");
                    supervisor.spawn(&name, async {}).unwrap().await.unwrap();
                }
            })
        });
        for spawner in spawners.collect::<Vec<_>>() {
            spawner.await.unwrap();
        }
        for sequence in 1..=800 {
            assert_eq!(events.next().await.unwrap().sequence, sequence);
        }
    });
}
