//! What is asked wrongly: it is refused in words that help, and nothing has changed.

use core::future::pending;
use core::time::Duration;
use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use crate::supervise::{
    ArgsError, CommandError, Heap, MAX_DEPTH, MAX_NAME, NameError, Refused, Select, SelectError,
    SpawnError, State, Supervisor,
};

/// Why there is no task of that name, however it is asked for.
async fn refusals(name: &str) -> Vec<SpawnError> {
    let supervisor = Supervisor::new();
    let group = supervisor.group("net").start().unwrap();
    let own = String::from(name);
    let in_child = Arc::new(Mutex::new(None));
    let refused = Arc::clone(&in_child);
    let parent = supervisor.task("parent", move |cx| {
        *refused.lock() = cx.child(&own, async {}).err();
        async {}
    });
    parent.start().unwrap().await.unwrap();
    let in_child = in_child.lock().take().unwrap();
    let refusals = [
        supervisor.spawn(name, async {}).unwrap_err(),
        supervisor.try_spawn(name, async {}).unwrap_err(),
        supervisor.task(name, |_| async {}).add().unwrap_err(),
        supervisor.task_with(name, 7, |_, _| async {}).add().unwrap_err(),
        supervisor.blocking(name, |_| ()).add().unwrap_err(),
        supervisor.local(name, |_| async {}).unwrap().add().unwrap_err(),
        supervisor.group(name).add().unwrap_err(),
        group.task(name, |_| async {}).start().unwrap_err(),
        group.blocking(name, |_| ()).start().unwrap_err(),
        group.group(name).start().unwrap_err(),
        in_child,
    ];
    assert_eq!(supervisor.listed(), 2, "the group and the parent");
    refusals.into()
}

fn why(refusal: &SpawnError) -> NameError {
    let SpawnError::Name(_, why) = refusal else { panic!("{refusal:?}") };
    *why
}

#[tokio::test]
async fn names_that_are_none() {
    let long = "x".repeat(MAX_NAME + 1);
    for (name, expected) in [
        ("", NameError::Empty),
        ("net//http", NameError::Empty),
        ("a\nb", NameError::Character('\n')),
        ("\u{1b}[31mred", NameError::Character('\u{1b}')),
        ("bl?nk", NameError::Character('?')),
        ("\u{202e}knilb", NameError::Character('\u{202e}')),
        (&long, NameError::TooLong),
    ] {
        for refusal in refusals(name).await {
            assert_eq!(why(&refusal), expected);
            assert!(!refusal.to_string().contains('\u{1b}'), "an error disturbs no terminal");
        }
    }
}

#[tokio::test]
async fn unknown_names_in_every_operation() {
    let supervisor = Supervisor::new();
    let blink = supervisor.task("blink", |_| pending::<()>()).start().unwrap();
    let nothing = SelectError::Nothing { wanted: "blimk".into(), nearest: ["blink".into()].into() };
    let asked = [
        supervisor.start("blimk"),
        supervisor.stop("blimk"),
        supervisor.restart("blimk"),
        supervisor.kill("blimk"),
        supervisor.enable("blimk"),
        supervisor.disable("blimk"),
        supervisor.remove("blimk"),
    ];
    for asked in asked {
        assert_eq!(asked.unwrap_err(), nothing);
    }
    assert_eq!(supervisor.snapshot("blimk").unwrap_err(), nothing);
    let args = supervisor.set_args("blimk", 7);
    assert_eq!(args, Err(ArgsError::Select(nothing.clone())));
    assert_eq!(args.unwrap_err().to_string(), nothing.to_string());
    assert_eq!(blink.state(), State::Running);
}

#[tokio::test]
async fn arguments_of_several_tasks_or_of_none() {
    let supervisor = Supervisor::new();
    for name in ["a", "b"] {
        drop(supervisor.task_with(name, 1_u32, |_, n| async move { n }).add().unwrap());
    }
    drop(supervisor.task("bare", |_| async {}).add().unwrap());
    let several = supervisor.set_args(Select::All, 2_u32).unwrap_err();
    assert_eq!(several, ArgsError::Several { selected: 3 });
    assert!(several.to_string().starts_with("3 tasks are selected"), "{several}");
    assert_eq!(supervisor.set_args("?", 2_u32), Err(ArgsError::Several { selected: 2 }));
    assert_eq!(supervisor.set_args("bare", 2_u32), Err(ArgsError::NoArgs("bare".into())));
    let other = supervisor.set_args("a", "two").unwrap_err();
    assert_eq!(other, ArgsError::OtherType { task: "a".into(), given: "&str" });
    assert_eq!(supervisor.set_args("a", 2_u32), Ok(1), "nothing had changed");
}

#[tokio::test(start_paused = true)]
async fn the_start_of_what_runs() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("net").start().unwrap();
    let task = group.task("http", |cx| async move { cx.stopping().await }).start().unwrap();
    tokio::task::yield_now().await;
    let running = Err(CommandError::Refused(Refused::Running));
    assert_eq!(task.start().await, running);
    assert_eq!(supervisor.start("net/http").unwrap().await[0].answer, running);
    assert_eq!(group.start().await, running);
    assert_eq!((task.run(), task.state()), (1, State::Running));
    assert_eq!(task.restart().await, Ok(State::Running), "replaced where that is asked");
    assert_eq!(task.run(), 2);
    assert_eq!(supervisor.alive(), ["net", "net/http"], "nothing is left of the first run");
}

#[tokio::test]
async fn bounds_are_named() {
    let supervisor = Supervisor::new();
    let mut group = supervisor.group("g").add().unwrap();
    let too_deep = loop {
        match group.group("g").add() {
            Ok(deeper) => group = deeper,
            Err(error) => break error,
        }
    };
    assert!(matches!(&too_deep, SpawnError::TooDeep(name) if name.starts_with("g/g/")));
    assert!(too_deep.to_string().contains(&format!("more than {MAX_DEPTH} deep")), "{too_deep}");

    let restarts = Heap::MAX_RESTARTS + 1;
    let task = supervisor.task("x", |_| async {});
    let task = task.restart_limit(restarts, Duration::from_secs(1)).add();
    let refused = task.unwrap_err();
    assert_eq!(refused, SpawnError::Budget { restarts });
    assert!(refused.to_string().contains(&Heap::MAX_RESTARTS.to_string()), "{refused}");
}

#[tokio::test]
async fn a_group_that_is_gone_is_named() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("net").add().unwrap();
    assert_eq!(group.remove().await, Ok(State::Stopped));
    let member = group.task("http", |_| async {}).start();
    assert_eq!(member.unwrap_err(), SpawnError::NoGroup("net".into()));
}
