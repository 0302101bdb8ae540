//! SIGTERM ends a program in order; a second one makes an end at once. Needs a process for each.
#![cfg(unix)]

#[path = "common/child.rs"]
mod child;

use core::time::Duration;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitCode, Stdio};

use ringvisor::supervise::{Ctx, Supervisor};

/// Far beyond what is needed, so that nothing depends on the speed of the machine.
const GRACE: Duration = Duration::from_secs(600);

#[test]
fn a_signal_stops_in_reverse_order() {
    let (code, said) = signalled("a_signal_stops_in_reverse_order", "orderly", 1);
    let Some((code, said)) = code.zip(said) else { return };
    assert_eq!(said, "third down\nsecond down\nfirst down\n");
    assert_eq!(code, 0);
}

#[test]
fn a_second_signal_makes_an_end() {
    let (code, said) = signalled("a_second_signal_makes_an_end", "deaf", 2);
    let Some((code, said)) = code.zip(said) else { return };
    assert_eq!(said, "asked\n", "and no more: it did not come to its end by itself");
    assert_eq!(code, 1);
}

/// Runs `what` in a process of its own and signals it: once it is up, and each time it says that it
/// was asked. Returns its exit code and all it said after it was up.
fn signalled(test: &str, what: &str, signals: u32) -> (Option<i32>, Option<String>) {
    if child::is_here() {
        let code = if what == "orderly" { run(orderly) } else { run(deaf) };
        // The harness would make its own code of it.
        std::process::exit(i32::from(code != ExitCode::SUCCESS));
    }
    let mut child = child::command(test).stdout(Stdio::piped()).spawn().expect("this program");
    let mut lines = BufReader::new(child.stdout.take().expect("piped"));
    wait_for(&mut lines, "up");
    terminate(&child);
    let mut said = String::new();
    if signals == 2 {
        said += &wait_for(&mut lines, "asked");
        terminate(&child);
    }
    lines.read_to_string(&mut said).expect("text");
    (child.wait().expect("waited").code(), Some(said))
}

fn wait_for(lines: &mut impl BufRead, wanted: &str) -> String {
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).expect("text") > 0, "the child is gone");
        // The harness begins the first line with the name of the test.
        if line.trim_end().ends_with(wanted) {
            return line;
        }
    }
}

fn terminate(child: &Child) {
    let id = i32::try_from(child.id()).expect("a process id");
    // SAFETY: the child was started here and is not waited for yet, so the id is its own.
    assert_eq!(unsafe { libc::kill(id, libc::SIGTERM) }, 0);
}

fn run<F: Future<Output = ExitCode>>(program: impl FnOnce(Supervisor) -> F) -> ExitCode {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("threads").block_on(program(Supervisor::new()))
}

async fn orderly(supervisor: Supervisor) -> ExitCode {
    let group = supervisor.group("all").start().expect("a name");
    finish(&supervisor, || {
        for name in ["first", "second", "third"] {
            let task = group.task(name, move |cx| down_when_asked(cx, name)).notify_ready();
            drop(task.start().expect("a name"));
        }
    })
    .await
}

async fn down_when_asked(cx: Ctx, name: &'static str) {
    cx.ready();
    if name == "third" {
        println!("up");
    }
    cx.stopping().await;
    println!("{name} down");
}

async fn deaf(supervisor: Supervisor) -> ExitCode {
    let task = supervisor.task("deaf", |cx| async move {
        println!("up");
        cx.stopping().await;
        println!("asked");
        core::future::pending::<()>().await;
    });
    let start = || drop(task.stop_timeout(GRACE).start().expect("a name"));
    finish(&supervisor, start).await
}

/// Listens for signals before it starts what will ask for one.
async fn finish(supervisor: &Supervisor, start: impl FnOnce()) -> ExitCode {
    let (finish, ()) = tokio::join!(supervisor.run_until_signal(GRACE), async { start() });
    let finish = finish.expect("signals");
    assert_eq!(finish.signal, Some("SIGTERM"));
    finish.exit_code()
}
