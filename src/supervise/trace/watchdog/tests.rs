use core::num::NonZero;
use core::time::Duration;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::{Activity, Alarm, Culprit, Watch, begin, watch};
use crate::record::TaskId;

const LIMIT: Duration = Duration::from_secs(60);
const THRESHOLD: Duration = Duration::from_millis(20);

fn watched() -> (Watch, Receiver<Alarm>) {
    let (sender, receiver) = channel();
    let watch = watch(THRESHOLD, move |alarm| _ = sender.send(alarm)).unwrap();
    (watch, receiver)
}

#[test]
fn a_task_that_does_not_let_go_is_named_until_it_does() {
    let (watch, alarms) = watched();
    let number = watch.number();
    let (let_go, wait) = channel::<()>();
    let worker = thread::Builder::new().name("tokio-worker".into());
    let worker = worker.spawn(move || {
        let _busy = begin(TaskId(42), number);
        let _ = wait.recv();
    });
    let first = alarms.recv_timeout(LIMIT).unwrap();
    let Culprit::Task { task, thread, activity, .. } = first.culprit else { panic!("{first:?}") };
    assert_eq!((task, thread.as_str()), (TaskId(42), "tokio-worker"));
    assert!(first.held >= THRESHOLD && !first.is_over);
    if cfg!(target_os = "linux") {
        assert_eq!(activity, Some(Activity::Sleeping));
    }
    let second = alarms.recv_timeout(LIMIT).unwrap();
    assert!(second.held >= 2 * first.held && !second.is_over);
    drop(let_go);
    worker.unwrap().join().unwrap();
    let last = alarms.iter().find(|alarm| alarm.is_over).unwrap();
    assert!(last.held >= second.held);
}

#[test]
fn two_supervisors_hear_of_their_own_tasks() {
    let ((first, first_alarms), (second, second_alarms)) = (watched(), watched());
    assert_ne!(first.number(), second.number());
    let _busy = begin(TaskId(1), second.number());
    assert!(second_alarms.recv_timeout(LIMIT).is_ok());
    drop(first);
    assert!(first_alarms.recv_timeout(LIMIT).is_err(), "nothing, and nobody is left to send");
}

#[test]
fn a_listener_that_panics_is_counted_and_the_watch_goes_on() {
    let before = super::unheard();
    let (sender, receiver) = channel();
    let watch = watch(THRESHOLD, move |_| {
        let _ = sender.send(());
        panic!("on purpose");
    });
    let watch = watch.unwrap();
    let busy = begin(TaskId(1), watch.number());
    (0..3).for_each(|_| receiver.recv_timeout(LIMIT).unwrap());
    drop(busy);
    assert!(super::unheard() >= before + 2);
}

#[test]
fn a_runtime_that_does_not_poll_is_noticed() {
    let (watch, alarms) = watched();
    let mut canary = watch.canary();
    let polled = core::pin::Pin::new(&mut canary)
        .poll(&mut core::task::Context::from_waker(core::task::Waker::noop()));
    assert!(polled.is_pending());
    let alarm = alarms.recv_timeout(LIMIT).unwrap();
    assert_eq!((alarm.culprit, alarm.is_over), (Culprit::Somebody, false));
}

#[test]
fn numbers_are_not_zero() {
    let (watch, _alarms) = watched();
    assert!(watch.number() >= NonZero::<u16>::MIN);
}
