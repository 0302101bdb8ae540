//! Another logger is installed: an error, and nothing of ours half-installed.
#![cfg(all(feature = "std", feature = "log"))]

use core::sync::atomic::{AtomicUsize, Ordering};

use ringvisor::InitError;

struct Foreign;

static RECORDS: AtomicUsize = AtomicUsize::new(0);

impl log::Log for Foreign {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, _: &log::Record<'_>) {
        RECORDS.fetch_add(1, Ordering::Relaxed);
    }

    fn flush(&self) {}
}

#[test]
fn nothing_is_half_installed() {
    log::set_logger(&Foreign).unwrap();
    log::set_max_level(log::LevelFilter::Info);

    let error = ringvisor::try_init().unwrap_err();
    assert!(matches!(error, InitError::LoggerAlreadySet));
    assert!(error.to_string().contains("another logger is installed in `log` already"));
    let panic = std::panic::catch_unwind(ringvisor::init).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("another logger"));
    assert!(std::panic::catch_unwind(ringvisor::test::capture).is_err());

    assert!(ringvisor::stream().is_none());
    assert_eq!(log::max_level(), log::LevelFilter::Info);
    log::info!("for the other");
    assert_eq!(RECORDS.load(Ordering::Relaxed), 1);
    #[cfg(feature = "tracing")]
    assert!(!tracing::dispatcher::has_been_set());
}
