//! The verbosity that `log` assumes follows the levels of the installed stream. Alone in its
//! process, because there is one logger.

#![cfg(all(feature = "std", feature = "log"))]

use core::time::Duration;

use log::LevelFilter as Hint;
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;

static RING: RingStream<Inline<8, 512>> = RingStream::new();
static OTHER: RingStream<Inline<8, 512>> = RingStream::new();

#[test]
fn log_is_told_of_each_change() {
    OTHER.set_level("", LevelFilter::Debug).unwrap();
    assert_eq!(log::max_level(), Hint::Off, "nobody is installed");

    log::set_logger(&RING).unwrap();
    RING.set_levels("info".parse().unwrap());
    assert_eq!(log::max_level(), Hint::Info);
    RING.set_level("orders", LevelFilter::Debug).unwrap();
    assert_eq!(log::max_level(), Hint::Debug);

    RING.set_level_for("hyper", LevelFilter::Trace, Duration::from_millis(1)).unwrap();
    assert!(log::max_level() >= Hint::Debug);
    while RING.levels().level_for("hyper") == LevelFilter::Trace {
        std::thread::yield_now();
    }
    assert_eq!(log::max_level(), Hint::Debug);

    RING.reset_level("orders");
    assert_eq!(log::max_level(), Hint::Info);
    OTHER.set_levels("trace".parse().unwrap());
    assert_eq!(log::max_level(), Hint::Info, "another stream's levels");
}
