//! Making ringvisor the program's logger; each case in a process of its own.
#![cfg(all(feature = "std", feature = "log"))]

#[path = "common/child.rs"]
mod child;

use core::time::Duration;

use ringvisor::InitError;
use ringvisor::record::LevelFilter;
use ringvisor::sink::Capture;

const LONG: Duration = Duration::from_secs(60);

/// Runs this test again, in a process of its own, and returns its standard error.
fn in_child(test: &str, env: &[(&str, &str)]) -> String {
    let output = child::command(test).envs(env.iter().copied()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{test}: {}\n{stdout}\n{stderr}", output.status);
    stderr
}

/// Logs a word of each level.
fn log_all() {
    log::error!("red");
    log::warn!("orange");
    log::info!("yellow");
    log::debug!("green");
    log::trace!("blue");
}

fn is_nobody_installed() -> bool {
    ringvisor::stream().is_none() && log::max_level() == log::LevelFilter::Off
}

/// The words of [`log_all`] in `text`.
fn words(text: &str) -> Vec<&str> {
    let all = ["red", "orange", "yellow", "green", "blue"];
    all.into_iter().filter(|word| text.contains(&format!("] {word}\n"))).collect()
}

#[test]
fn by_default_debug_goes_into_the_ring_and_info_to_stderr() {
    let name = "by_default_debug_goes_into_the_ring_and_info_to_stderr";
    if !child::is_here() {
        let stderr = in_child(name, &[]);
        assert_eq!(words(&stderr), ["red", "orange", "yellow"], "{stderr}");
        return assert!(!stderr.contains('\x1b'), "no colours for a pipe");
    }
    ringvisor::init();
    assert_eq!(log::max_level(), log::LevelFilter::Debug);
    log_all();
    let ring = ringvisor::stream().unwrap();
    assert_eq!(ring.stats().written, 4);
}

#[test]
fn the_environment_chooses_levels() {
    if child::is_here() {
        let ringvisor = ringvisor::try_init().unwrap();
        log_all();
        let written = ringvisor.stream().stats().written;
        return eprintln!("written {written}");
    }
    let levels = |env| {
        let stderr = in_child("the_environment_chooses_levels", env);
        let written = stderr.split_once("written ").unwrap().1[..1].parse::<usize>().unwrap();
        (words(&stderr).len(), written)
    };
    assert_eq!(levels(&[("RUST_LOG", "warn")]), (2, 4));
    assert_eq!(levels(&[("RUST_LOG", "")]), (3, 4));
    assert_eq!(levels(&[("RUST_LOG", "trace")]), (5, 5), "the ring holds what stderr shows");
    assert_eq!(levels(&[("RUST_LOG", "trace"), ("RINGVISOR_STDERR", "error")]), (1, 4));
    assert_eq!(levels(&[("RINGVISOR_RING", "warn")]), (3, 3));
    assert_eq!(levels(&[("RINGVISOR_RING", "trace,init=warn"), ("RUST_LOG", "off")]), (0, 2));
}

#[test]
fn a_bad_directive_is_shown_and_nothing_is_installed() {
    let name = "a_bad_directive_is_shown_and_nothing_is_installed";
    if !child::is_here() {
        in_child(name, &[("RUST_LOG", "info,hyper=loud")]);
        return;
    }
    let error = ringvisor::try_init().unwrap_err();
    assert!(matches!(error, InitError::Directives(_)));
    let text = error.to_string();
    assert!(text.contains("RUST_LOG: bad directive \"hyper=loud\" at column 12"), "{text}");
    assert!(is_nobody_installed());
    let panic = std::panic::catch_unwind(ringvisor::init).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.starts_with("ringvisor cannot start: RUST_LOG: bad directive"), "{text}");
    assert!(is_nobody_installed());
}

#[test]
fn a_bad_size_is_an_error_and_a_later_attempt_succeeds() {
    let name = "a_bad_size_is_an_error_and_a_later_attempt_succeeds";
    if !child::is_here() {
        in_child(name, &[]);
        return;
    }
    let error = ringvisor::builder("tiny").bytes(1).try_init().unwrap_err();
    assert!(matches!(error, InitError::Ring(_)));
    assert!(is_nobody_installed());
    let ringvisor = ringvisor::builder("good").stderr(LevelFilter::Off).try_init().unwrap();
    log::info!("arrives");
    assert_eq!(ringvisor.stream().stats().written, 1);
}

#[test]
fn the_second_one_learns_of_the_first() {
    if !child::is_here() {
        in_child("the_second_one_learns_of_the_first", &[]);
        return;
    }
    let line = line!() + 1;
    let ringvisor = ringvisor::try_init().unwrap();
    let error = ringvisor::try_init().unwrap_err();
    let InitError::AlreadyInstalled { at } = error else { panic!("{error}") };
    assert_eq!((at.file(), at.line()), (file!(), line));
    assert!(
        error
            .to_string()
            .contains(&format!("ringvisor itself is this program's logger already, since {at}"))
    );

    // The first one is as it was, and stays when its guard is gone.
    drop(ringvisor);
    let ring = ringvisor::stream().unwrap();
    let logged = Capture::of(ring);
    log::info!("still here");
    assert_eq!(logged.lines(), ["INFO init: still here"]);
    assert!(ringvisor::test::capture().records().is_empty());
}

#[test]
fn of_two_threads_one_learns_of_the_other() {
    if !child::is_here() {
        in_child("of_two_threads_one_learns_of_the_other", &[]);
        return;
    }
    let attempts: Vec<_> = (0..4).map(|_| std::thread::spawn(ringvisor::try_init)).collect();
    let results: Vec<_> = attempts.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let learns = |error: &InitError| matches!(error, InitError::AlreadyInstalled { .. });
    assert!(results.iter().filter_map(|result| result.as_ref().err()).all(learns));
    log::info!("once");
    assert_eq!(ringvisor::stream().unwrap().stats().written, 1);
}

#[test]
fn a_built_log_installs_nothing() {
    if !child::is_here() {
        let stderr = in_child("a_built_log_installs_nothing", &[]);
        return assert!(stderr.contains(" [own] [INFO] by hand\n"), "{stderr}");
    }
    let ringvisor = ringvisor::builder("own").bytes(1 << 20).build().unwrap();
    let record = log::Record::builder().args(format_args!("by hand")).build();
    log::Log::log(ringvisor.stream(), &record);
    log::info!("to nobody");
    assert!(is_nobody_installed());
    assert!(ringvisor.flush(LONG));
    assert_eq!(ringvisor.stream().stats().written, 1);
}

#[test]
fn colours_can_be_forced() {
    if !child::is_here() {
        let stderr = in_child("colours_can_be_forced", &[("CLICOLOR_FORCE", "1")]);
        return assert!(stderr.contains("\x1b[32mINFO\x1b[0m"), "{stderr}");
    }
    ringvisor::init();
    log::info!("green");
}

#[cfg(feature = "tracing")]
#[test]
fn log_and_tracing_meet_in_one_ring() {
    if !child::is_here() {
        let stderr = in_child("log_and_tracing_meet_in_one_ring", &[]);
        assert!(stderr.contains(" [INFO] stored rows=3\n"), "{stderr}");
        return assert_eq!(words(&stderr), ["red", "orange", "yellow"]);
    }
    let ringvisor = ringvisor::try_init().unwrap();
    let logged = ringvisor::test::capture();
    log_all();
    tracing::info!(rows = 3, "stored");
    tracing::debug!("looked up");
    tracing::trace!("not in the ring");
    assert!(!tracing::enabled!(tracing::Level::TRACE));
    assert_eq!(tracing::level_filters::LevelFilter::current(), tracing::Level::DEBUG);
    assert_eq!(ringvisor.stream().stats().written, 6);
    assert_eq!(logged.lines()[4..], ["INFO init: stored rows=3", "DEBUG init: looked up"]);
}
