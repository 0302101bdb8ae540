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
