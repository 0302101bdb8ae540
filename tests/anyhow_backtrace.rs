//! The backtrace of an error of anyhow's is in the traceback of the task that failed with it.

use core::time::Duration;

use ringvisor::record::Zone;
use ringvisor::supervise::Supervisor;
use ringvisor::supervise::trace::stack::Frame;
use ringvisor::supervise::trace::traceback::{Found, Json, Text};
use tokio::runtime::Builder;

#[inline(never)]
fn culprit() -> anyhow::Result<()> {
    anyhow::bail!("no such block")
}

#[test]
fn the_backtrace_of_an_error_is_shown() {
    // SAFETY: this is the only test of this process, and nobody else reads the environment.
    unsafe { std::env::set_var("RUST_LIB_BACKTRACE", "1") };
    let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let supervisor = Supervisor::on(runtime.handle().clone());
    let handle = supervisor.try_spawn("flaky", async { culprit() }).unwrap();
    runtime.block_on(handle).unwrap_err();
    let traced = supervisor.trace_blocking("flaky", Duration::from_secs(60)).unwrap().remove(0);
    let Found::Failed(failed) = &traced.found else { panic!("{traced:#?}") };
    let user: Vec<&Frame> = failed.stack.as_ref().unwrap().user().collect();
    assert_eq!(user[0].function, "anyhow_backtrace::culprit", "{failed:#?}");
    assert_eq!(user[0].place.as_ref().unwrap().file, file!());
    let (mut text, mut json) = (String::new(), String::new());
    Text::at(supervisor.now(), Zone::Utc).render(&traced, &mut text).unwrap();
    Json::new().render(&traced, &mut json).unwrap();
    assert!(text.contains("in anyhow_backtrace::culprit\n"), "{text}");
    assert!(json.contains("\"fn\":\"anyhow_backtrace::culprit\""), "{json}");
}
