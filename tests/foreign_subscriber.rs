//! Another subscriber is installed in `tracing`: an error, and `log` stays free.
#![cfg(all(feature = "log", feature = "tracing"))]

use ringvisor::InitError;

struct Other;

impl log::Log for Other {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        false
    }

    fn log(&self, _: &log::Record<'_>) {}

    fn flush(&self) {}
}

#[test]
fn nothing_is_half_installed() {
    let foreign = tracing_subscriber::registry();
    tracing::subscriber::set_global_default(foreign).unwrap();

    let error = ringvisor::try_init().unwrap_err();
    let InitError::DispatcherAlreadySet { who } = error else { panic!("{error}") };
    assert_eq!(who, Some("tracing_subscriber::Registry"));
    assert!(error.to_string().contains("(built on tracing_subscriber::Registry)"));

    assert!(ringvisor::stream().is_none());
    assert_eq!(log::max_level(), log::LevelFilter::Off);
    assert!(log::set_logger(&Other).is_ok(), "the place in `log` is still free");
}
