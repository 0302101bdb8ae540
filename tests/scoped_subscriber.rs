//! A subscriber of one thread is nobody's rival.
#![cfg(all(feature = "log", feature = "tracing"))]

#[test]
fn a_subscriber_of_this_thread_is_not_in_the_way() {
    let scoped = tracing_subscriber::registry();
    let _guard = tracing::subscriber::set_default(scoped);
    let ringvisor = ringvisor::builder("scoped")
        .stderr(ringvisor::record::LevelFilter::Off)
        .try_init()
        .unwrap();
    log::info!("arrives");
    assert_eq!(ringvisor.stream().stats().written, 1);
}
