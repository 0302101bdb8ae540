//! Commands at any moment: each is answered, none is lost, and what is wanted last happens.

use core::future::pending;
use core::time::Duration;
use std::format;
use std::vec::Vec;

use proptest::prelude::*;

use super::Diary;
use crate::supervise::{
    Collision, Command, CommandError, Refused, State, Supervisor, TaskError, TaskHandle,
};

#[tokio::test(start_paused = true)]
async fn a_later_wish_supersedes_an_earlier_one() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |_| pending::<()>()).start().unwrap();
    tokio::task::yield_now().await;
    let stop = task.stop();
    let start = task.start();
    assert_eq!(stop.await, Err(CommandError::Superseded));
    assert_eq!(start.await, Ok(State::Running));
    assert_eq!(task.run(), 2);
}

#[tokio::test(start_paused = true)]
async fn wishes_for_the_same_are_answered_alike() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |cx| async move { cx.stopping().await }).start().unwrap();
    tokio::task::yield_now().await;
    let stops: Vec<_> = (0..10).map(|_| task.stop()).collect();
    for stop in stops {
        assert_eq!(stop.await, Ok(State::Stopped));
    }
}

#[tokio::test(start_paused = true)]
async fn a_removed_task_is_gone_whatever_it_did() {
    for moment in ["idle", "running", "backoff", "stopping"] {
        let supervisor = Supervisor::new();
        let task = supervisor.task("x", move |_| async move {
            if moment != "backoff" {
                pending::<()>().await;
            }
            Err::<(), _>("no")
        });
        let task = task.add().unwrap();
        if moment != "idle" {
            drop(task.start());
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
        }
        if moment == "stopping" {
            drop(task.stop());
        }
        let removed = supervisor.command("x", Command::Remove).unwrap().await;
        assert_eq!(removed[0].answer, Ok(State::Stopped), "{moment}");
        assert_eq!(supervisor.listed(), 0, "{moment}");
        let awaited = tokio::time::timeout(Duration::from_secs(60), task).await;
        assert!(awaited.expect(moment).is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_disabled_stays_down() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |cx| async move { cx.stopping().await }).start().unwrap();
    tokio::task::yield_now().await;
    let disabled = supervisor.command("x", Command::Disable).unwrap().await;
    assert_eq!(disabled[0].answer, Ok(State::Stopped));
    assert_eq!(task.start().await, Err(CommandError::Refused(Refused::Disabled)));
    drop(supervisor.command("x", Command::Enable).unwrap());
    assert_eq!(task.start().await, Ok(State::Running));
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_over_once_it_is_free() {
    for managed in [false, true] {
        let (supervisor, diary) = (Supervisor::new(), Diary::default());
        let lives = |diary: &Diary, who: &'static str| {
            struct Note(Diary, &'static str);
            impl Drop for Note {
                fn drop(&mut self) {
                    self.0.note(format!("{} is gone", self.1));
                }
            }
            diary.note(format!("{who} is here"));
            let note = Note(diary.clone(), who);
            async move {
                let _note = note;
                pending::<()>().await;
            }
        };
        if managed {
            let diary = diary.clone();
            drop(supervisor.task("x", move |_| lives(&diary, "old")).start().unwrap());
        } else {
            drop(supervisor.spawn("x", lives(&diary, "old")).unwrap());
        }
        tokio::task::yield_now().await;
        let notes = diary.clone();
        let heir = supervisor.task("x", move |_| lives(&notes, "new"));
        let heir = heir.collision(Collision::Replace).start().unwrap();
        let started = tokio::time::timeout(Duration::from_secs(60), async {
            while heir.state() != State::Running {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        assert!(started.await.is_ok(), "{managed}: {:?}", heir.state());
        tokio::task::yield_now().await;
        assert_eq!(diary.notes(), ["old is here", "old is gone", "new is here"], "{managed}");
        assert_eq!(supervisor.listed(), 1 + usize::from(!managed));
    }
}

#[tokio::test(start_paused = true)]
async fn bare_futures_are_stopped_but_not_started() {
    let supervisor = Supervisor::new();
    let plain = supervisor.spawn("x", pending::<()>()).unwrap();
    assert_eq!(plain.start().await, Err(CommandError::Refused(Refused::Running)));
    assert_eq!(plain.restart().await, Err(CommandError::NoFactory));
    assert_eq!(plain.stop().await, Ok(State::Stopped));
    assert_eq!(plain.start().await, Err(CommandError::NoFactory));
    assert_eq!(plain.await, Err(TaskError::Aborted));
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Give(Command),
    Wait(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let commands = [
        Command::Start,
        Command::Stop,
        Command::Restart,
        Command::Kill,
        Command::Disable,
        Command::Enable,
    ];
    prop_oneof![
        3 => prop::sample::select(commands.to_vec()).prop_map(Step::Give),
        1 => (0_u16..2_000).prop_map(Step::Wait),
    ]
}

/// A task whose run does one thing after the other: stops when asked, fails, does not listen.
fn moody(supervisor: &Supervisor, diary: &Diary) -> TaskHandle<()> {
    let second = Duration::from_secs(1);
    let task = supervisor.task("moody", move |cx| async move {
        match cx.run() % 4 {
            0 => cx.stopping().await,
            1 => tokio::time::sleep(second / 3).await,
            2 => pending().await,
            _ => return Err("as usual"),
        }
        Ok(())
    });
    diary.of(task).stop_timeout(second).restart_limit(1_000, second).add().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever is asked and whenever: every command is answered, and each run that was started has
    /// ended exactly once when all is over.
    #[test]
    fn any_order_will_do(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (supervisor, diary) = (Supervisor::new(), Diary::default());
            let mut events = supervisor.events();
            let task = moody(&supervisor, &diary);
            let mut answers = Vec::new();
            for step in &steps {
                match step {
                    Step::Give(command) => {
                        answers.push(supervisor.command("moody", *command).unwrap());
                    }
                    Step::Wait(millis) => {
                        tokio::time::sleep(Duration::from_millis(u64::from(*millis))).await;
                    }
                }
            }
            for answer in answers {
                let answered = tokio::time::timeout(Duration::from_secs(600), answer).await;
                assert_eq!(answered.expect("no answer").len(), 1);
            }
            let closed = supervisor.shutdown(Duration::from_secs(10)).await.unwrap();
            assert!(closed.detached.is_empty() && !closed.forced, "{closed:?}");
            tokio::time::sleep(Duration::from_secs(1)).await;
            diary.assert_balanced();
            assert_eq!(diary.count("start"), task.run() as usize);
            drop(supervisor);
            let mut last = 0;
            while let Ok(Ok(event)) =
                tokio::time::timeout(Duration::from_millis(1), events.next()).await
            {
                assert_eq!(event.sequence, last + 1);
                last = event.sequence;
            }
        });
    }
}
