//! SIGHUP, by hand and by logrotate.

use core::sync::atomic::{AtomicU32, Ordering};
use std::fs;
use std::io::Write;

use ringvisor::builder;
use ringvisor::record::LevelFilter;

use super::{
    Folder, LONG, child, logrotate, no_logrotate, plain, start, told_path, until, wait_for,
};

/// Has this process receive SIGHUP.
fn hang_up() {
    // SAFETY: raising a signal touches no memory.
    unsafe { libc::raise(libc::SIGHUP) };
}

#[test]
fn a_hangup_opens_the_files_anew_and_calls_who_listened_before() {
    static HEARD: AtomicU32 = AtomicU32::new(0);
    extern "C" fn hear(_: libc::c_int) {
        HEARD.fetch_add(1, Ordering::Relaxed);
    }
    if child::is_here() {
        let path = told_path();
        // SAFETY: the handler adds to an atomic and does nothing else.
        unsafe { libc::signal(libc::SIGHUP, hear as extern "C" fn(libc::c_int) as usize) };
        let start = || builder("files").stderr(LevelFilter::Off);
        let other = path.with_file_name("y.log");
        let ringvisor = start().file(plain(&path).reopen_on_hangup()).init();
        let second = start().file(plain(&other).reopen_on_hangup()).build().unwrap();
        for round in 1..4 {
            log::info!("line {round}");
            assert!(ringvisor.flush(LONG));
            let old = [&path, &other].map(|path| (path, path.with_extension(round.to_string())));
            old.iter().for_each(|(path, old)| fs::rename(path, old).unwrap());
            hang_up();
            // No line has to come.
            until(|| path.exists() && other.exists());
        }
        drop(second);
        assert_eq!(HEARD.load(Ordering::Relaxed), 3);
        return;
    }
    let folder = Folder::new("hangup");
    let test = "hangup::a_hangup_opens_the_files_anew_and_calls_who_listened_before";
    let mut command = child::command(test);
    let output = command.env("LOG_PATH", folder.path("x.log")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    for round in ["1", "2", "3"] {
        assert_eq!(folder.lines(&format!("x.{round}")), [format!("line {round}")]);
    }
    assert!(folder.lines("x.log").is_empty());
}

#[test]
fn logrotate_may_send_a_hangup() {
    if child::is_here() {
        let path = told_path();
        let file = plain(&path).reopen_on_hangup();
        let _ringvisor = builder("files").stderr(LevelFilter::Off).file(file).init();
        println!("\nready");
        for line in std::io::stdin().lines().map_while(Result::ok) {
            log::info!("{line}");
        }
        return;
    }
    let Some(mut logrotate) = logrotate() else { return no_logrotate() };
    let folder = Folder::new("postrotate");
    let (config, path) = (folder.path("conf"), folder.path("x.log"));
    let (mut child, mut stdout) = start("hangup::logrotate_may_send_a_hangup", &path);
    wait_for("ready", &mut stdout);
    let after = format!("  postrotate\n    kill -HUP {}\n  endscript\n", child.id());
    let how = format!("  rotate 5\n  nocompress\n  nocreate\n  missingok\n{after}");
    fs::write(&config, format!("{} {{\n{how}}}\n", path.display())).unwrap();
    logrotate.arg("--force").arg("--state").arg(folder.path("state")).arg(&config);
    let mut stdin = child.stdin.take().unwrap();
    for line in ["one", "two"] {
        writeln!(stdin, "{line}").unwrap();
        until(|| folder.lines("x.log") == [line]);
        assert!(logrotate.status().unwrap().success());
        until(|| path.exists());
    }
    drop(stdin);
    assert!(child.wait().unwrap().success(), "a hangup does not end it");
    assert_eq!(folder.lines("x.log.2"), ["one"]);
    assert_eq!(folder.lines("x.log.1"), ["two"]);
    assert!(folder.lines("x.log").is_empty());
}
