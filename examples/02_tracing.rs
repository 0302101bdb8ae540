//! Shows a stream beside another layer of a `tracing` subscriber: each has its own filter, fields
//! keep their types, and spans stand in front of what was logged inside them.

use ringvisor::record::{LevelFilter, Value};
use ringvisor::stream::{Config, Directives, Entry};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter as OtherFilter;
use tracing_subscriber::layer::{Identity, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let levels = Directives::at(LevelFilter::Debug);
    let stream = Config::new().name("shop").levels(levels).build()?;
    tracing_subscriber::registry()
        .with(stream.layer())
        .with(Identity::new().with_filter(OtherFilter::ERROR))
        .init();

    let order = tracing::info_span!("order", id = 7);
    order.in_scope(|| {
        tracing::info!(items = 3, total = 12.5, "received");
        tracing::debug!(bank = "first", "paying");
        tracing::trace!("not recorded");
    });
    tracing::warn!(waited_ms = 812_u64, "slow");

    let mut text = String::new();
    stream.cat(&mut text)?;
    for line in text.lines() {
        println!("{}", &line["2026-11-21 12:00:00 ".len()..]);
    }

    // Numbers are still numbers.
    let mut cursor = stream.newest_first();
    let newest = cursor.next().and_then(|record| record.fields.get("waited_ms"));
    assert_eq!(newest, Some(Value::U64(812)));
    assert!(matches!(stream.cursor().next(), Some(Entry::Record(_))));
    Ok(())
}

// Output:
// [shop] [INFO] order{id=7}: received items=3 total=12.5
// [shop] [DEBUG] order{id=7}: paying bank=first
// [shop] [WARN] slow waited_ms=812
