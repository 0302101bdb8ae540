//! What tasks, groups and selections can all be asked, and what can be added anywhere.

use core::future::pending;
use std::rc::Rc;

use crate::supervise::status::Kind;
use crate::supervise::{
    AllCommanded, CommandError, Commanded, Group, Refused, SelectError, State, Supervisor,
    TaskHandle,
};

/// Each command by its method, with the state that it leaves.
type Step<T> = (fn(&T) -> Commanded, Result<State, CommandError>);

async fn walk<T>(of: &T, steps: [Step<T>; 8]) {
    for (number, (command, expected)) in steps.into_iter().enumerate() {
        assert_eq!(command(of).await, expected, "step {number}");
    }
}

macro_rules! steps {
    ($type:ty) => {
        [
            (<$type>::start, Ok(State::Running)),
            (<$type>::restart, Ok(State::Running)),
            (<$type>::kill, Ok(State::Stopped)),
            (<$type>::disable, Ok(State::Stopped)),
            (<$type>::start, Err(CommandError::Refused(Refused::Disabled))),
            (<$type>::enable, Ok(State::Stopped)),
            (<$type>::start, Ok(State::Running)),
            (<$type>::stop, Ok(State::Stopped)),
        ]
    };
}

#[tokio::test(start_paused = true)]
async fn every_command_has_a_method() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |cx| async move { cx.stopping().await }).add().unwrap();
    walk(&task, steps!(TaskHandle<()>)).await;
    assert_eq!(task.remove().await, Ok(State::Stopped));

    let group = supervisor.group("net").add().unwrap();
    let member = group.task("http", |cx| async move { cx.stopping().await }).add().unwrap();
    walk(&group, steps!(Group)).await;
    assert_eq!(group.remove().await, Err(CommandError::Refused(Refused::NotEmpty)));
    assert_eq!(member.remove().await, Ok(State::Stopped));
    assert_eq!(group.remove().await, Ok(State::Stopped));
    assert_eq!(supervisor.listed(), 0);
}

type ForMany = fn(&Supervisor, &'static str) -> Result<AllCommanded, SelectError>;

#[tokio::test(start_paused = true)]
async fn every_command_may_be_given_to_many() {
    let supervisor = Supervisor::new();
    for name in ["a", "b", "c"] {
        drop(supervisor.task(name, |_| pending::<()>()).add().unwrap());
    }
    let steps: [(ForMany, State); 7] = [
        (Supervisor::start, State::Running),
        (Supervisor::restart, State::Running),
        (Supervisor::kill, State::Stopped),
        (Supervisor::disable, State::Stopped),
        (Supervisor::enable, State::Stopped),
        (Supervisor::stop, State::Stopped),
        (Supervisor::remove, State::Stopped),
    ];
    for (command, state) in steps {
        let told = command(&supervisor, "?").unwrap();
        assert_eq!(told.len(), 3);
        let answers = told.await;
        assert!(answers.iter().all(|one| one.answer == Ok(state)), "{answers:?}");
    }
    assert_eq!(supervisor.listed(), 0);
}

#[tokio::test]
async fn members_may_be_of_any_kind() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("net").start().unwrap();
    let args = group.task_with("args", 20, |_, n| async move { n + 1 }).start().unwrap();
    let blocking = group.blocking("blocking", |cx| cx.name().len()).start().unwrap();
    let local = group.local("local", |cx| async move {
        let name = Rc::new(cx);
        name.run()
    });
    let local = local.unwrap().start().unwrap();
    let shown = |name: &str| supervisor.snapshot(name).unwrap().remove(0);
    for (name, kind) in [("args", Kind::Task), ("blocking", Kind::Blocking), ("local", Kind::Local)]
    {
        let shown = shown(&std::format!("net/{name}"));
        assert_eq!((shown.kind, &*shown.group), (kind, "net"));
    }
    assert_eq!((args.await, blocking.await, local.await), (Ok(21), Ok(12), Ok(1)));
    assert_eq!(supervisor.set_args("net/args", 1), Ok(20));
}
