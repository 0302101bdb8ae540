//! A program that calls `init` answers, where it is told to, and takes its socket along. Needs a
//! `main` of its own, because it looks at what is there after that.

#[cfg(unix)]
#[path = "common/child.rs"]
mod child;

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    if child::is_here() { program() } else { parent() }
}

/// The program: answers until its input ends.
#[cfg(unix)]
fn program() {
    ringvisor::init();
    log::info!("ready");
    std::io::stdin().lines().for_each(drop);
}

#[cfg(unix)]
fn parent() {
    use core::time::Duration;
    use std::process::Stdio;
    use std::time::Instant;

    use ringvisor::control::Client;
    use ringvisor::control::api::LogPage;

    let socket = std::env::temp_dir().join(format!("ringvisor-init-{}.sock", std::process::id()));
    let start = |place: &std::ffi::OsStr| {
        let mut command = child::command("-");
        command.env("RINGVISOR_SOCKET", place).stdin(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let mut program = start(socket.as_os_str());
    let client = Client::unix(&socket);
    let deadline = Instant::now() + Duration::from_secs(60);
    let ready = loop {
        let page = client.get::<LogPage>("/v1/logs?grep=ready");
        match page.map(|page| page.data.records) {
            Ok(records) if !records.is_empty() => break records,
            _ => assert!(Instant::now() < deadline, "the program does not answer"),
        }
        std::thread::yield_now();
    };
    assert_eq!(ready[0].msg, "ready");
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    let has_main_destructors = cfg!(any(target_env = "gnu", target_vendor = "apple"));
    assert!(!has_main_destructors || !socket.exists(), "the socket is taken along");
    println!("test init answers ... ok");

    let error = client.text("/livez").unwrap_err().to_string();
    assert!(error.contains("cannot connect to"), "{error}");
    println!("test nobody answers any more ... ok");

    let mut program = start("off".as_ref());
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    println!("test off ... ok");
}
