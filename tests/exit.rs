//! What was logged last gets out, however the program ends. Needs a `main` of its own: what happens
//! when the main thread ends cannot be seen from a test's thread.

#[cfg(all(feature = "std", feature = "log"))]
#[path = "common/child.rs"]
mod child;

#[cfg(not(all(feature = "std", feature = "log")))]
fn main() {}

#[cfg(all(feature = "std", feature = "log"))]
fn main() {
    match std::env::var("HOW").as_deref() {
        Ok(how) if child::is_here() => end(how),
        _ => parent(),
    }
}

#[cfg(all(feature = "std", feature = "log"))]
fn parent() {
    // Where these destructors do not run, a guard has to.
    let has_main_destructors = cfg!(any(target_env = "gnu", target_vendor = "apple"));
    let mut ways = vec!["guard", "panic", "panic of a thread"];
    if has_main_destructors {
        ways.extend(["return", "exit", "leaked guard"]);
    }
    for how in ways {
        let output = child::command("-").env("HOW", how).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("] first words\n"), "{how}: {stderr}");
        assert!(stderr.contains("] last words\n"), "{how}: {stderr}");
        let code = match how {
            "exit" => Some(3),
            "panic" => Some(101),
            "guard" | "panic of a thread" => None,
            _ => Some(0),
        };
        assert!(code.is_none() || output.status.code() == code, "{how}: {}", output.status);
        println!("test {how} ... ok");
    }
    #[cfg(unix)]
    black_box::ways();
}

#[cfg(all(feature = "std", feature = "log"))]
fn end(how: &str) {
    if how == "guard" {
        let ringvisor = ringvisor::try_init().unwrap();
        words();
        drop(ringvisor);
        // Nothing after the guard may help it.
        std::process::abort();
    }
    #[cfg(unix)]
    if let Some(how) = how.strip_prefix("boxed ") {
        return black_box::end(how);
    }
    if how == "leaked guard" {
        core::mem::forget(ringvisor::try_init().unwrap());
        return words();
    }
    if how == "panic of a thread" {
        // What a hook logs is the last thing before the end; only a hook behind it can flush that.
        std::panic::set_hook(Box::new(|_| words()));
        ringvisor::init();
        let _ = std::thread::spawn(|| panic!("meant by the test")).join();
        std::process::abort();
    }
    ringvisor::init();
    words();
    match how {
        "exit" => std::process::exit(3),
        "panic" => panic!("meant by the test"),
        _ => {}
    }
}

#[cfg(all(feature = "std", feature = "log"))]
fn words() {
    log::info!("first words");
    for _ in 0..500 {
        log::info!("and so on");
    }
    log::info!("last words");
}

/// The same with a black box, which tells how it came.
#[cfg(all(feature = "std", feature = "log", unix))]
mod black_box {
    use ringvisor::black_box::{End, open};

    pub(super) fn ways() {
        let path = std::env::temp_dir().join(format!("ringvisor-exit-{}.box", std::process::id()));
        for how in ["return", "exit", "panic", "caught panic"] {
            let mut child = super::child::command("-");
            child.env("HOW", format!("boxed {how}")).env("BOX", &path);
            assert!(!child.output().unwrap().stderr.is_empty());
            let recording = open(&path).unwrap();
            let mut text = String::new();
            recording.stream().cat(&mut text).unwrap();
            // The panic itself is told behind them.
            assert!(text.contains("] last words\n"), "{how}: {text}");
            match (how, recording.end()) {
                ("panic", End::Panicked { at }) => {
                    assert!(at.starts_with(file!()) && at.ends_with(": meant by the test"), "{at}");
                }
                (_, end) => assert_eq!(*end, End::InOrder, "{how}"),
            }
            println!("test boxed {how} ... ok");
        }
        for (_, path) in ringvisor::black_box::runs(&path) {
            std::fs::remove_file(path).unwrap();
        }
    }

    pub(super) fn end(how: &str) {
        let path = std::env::var_os("BOX").unwrap();
        let _ringvisor = ringvisor::builder("exit").black_box(&path).try_init().unwrap();
        if how == "caught panic" {
            let _ = std::panic::catch_unwind(|| panic!("meant by the test"));
        }
        super::words();
        match how {
            "exit" => std::process::exit(3),
            "panic" => panic!("meant by the test"),
            _ => {}
        }
    }
}
