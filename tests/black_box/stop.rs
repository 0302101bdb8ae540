//! A program that a signal asks to stop, and that does.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use ringvisor::black_box::End;

use super::{Folder, assert_all_there, child, dying, messages, say_words, wait_until_ready};

static IS_ASKED: AtomicBool = AtomicBool::new(false);

extern "C" fn asked(_: i32) {
    IS_ASKED.store(true, Ordering::SeqCst);
}

/// The supervisor waits for the signal; it and the box hear of it both.
fn stop_in_order() {
    let _ringvisor = say_words();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let supervisor = ringvisor::supervisor();
        let finish = supervisor.run_until_signal(Duration::from_secs(600));
        let (finish, ()) = tokio::join!(finish, async { println!("\nready") });
        assert_eq!(finish.unwrap().signal, Some("SIGTERM"));
    });
}

/// A handler of the program's own, older than the box.
fn stop_by_flag() {
    let handler: extern "C" fn(i32) = asked;
    // SAFETY: the handler stores an atomic and does nothing else.
    unsafe { libc::signal(libc::SIGTERM, handler as libc::sighandler_t) };
    let _ringvisor = say_words();
    println!("\nready");
    while !IS_ASKED.load(Ordering::SeqCst) {
        std::thread::yield_now();
    }
}

#[test]
fn who_stops_when_asked_to_is_told_so_from_others() {
    const THIS: &str = "stop::who_stops_when_asked_to_is_told_so_from_others";
    if child::is_here() {
        let by_flag = std::env::var("HOW").as_deref() == Ok("by flag");
        if by_flag {
            stop_by_flag()
        } else {
            stop_in_order()
        }
        // The harness would write to who does not listen any more.
        std::process::exit(0);
    }
    let folder = Folder::new("stop");
    let path = folder.path("words.box");
    for how in ["by flag", "in order"] {
        let mut child =
            dying(THIS, how, &path).stdout(std::process::Stdio::piped()).spawn().unwrap();
        wait_until_ready(&mut child);
        // SAFETY: the child was not waited for, so its number is still its own.
        unsafe { libc::kill(child.id() as i32, libc::SIGTERM) };
        assert!(child.wait().unwrap().success(), "{how}");
        let end = End::Stopped { signal: libc::SIGTERM, in_order: true };
        assert_all_there(&path, how, &end);
    }
    let told = messages(&ringvisor::black_box::open(&path).unwrap(), "ringvisor::black_box");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with("was stopped in order by signal 15 (SIGTERM)"), "{told:?}");
}
