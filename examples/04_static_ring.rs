//! Shows a log in a `static`: no allocator, no thread, nothing to set up. It takes room in `.bss` and
//! overwrites its oldest records. The same works on a board without `std`.

use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;

/// Eight blocks of 64 words: four kilobytes.
static RING: RingStream<Inline<8, 64>> = RingStream::new();

fn main() -> Result<(), Box<dyn core::error::Error>> {
    log::set_logger(&RING)?;
    log::set_max_level(LevelFilter::Info.into());

    for count in 1..=1000 {
        log::info!("LED toggled {count} times");
    }
    log::warn!(volts = 3.1; "battery low");

    let stats = RING.stats();
    println!("{} records written into {} bytes", stats.written, stats.bytes);

    let mut newest = RING.newest_first();
    for _ in 0..3 {
        if let Some(record) = newest.next() {
            let volts = record.fields.get("volts");
            println!("{} {}: {volts:?}", record.level, record.message);
        }
    }
    Ok(())
}

// Output:
// 1001 records written into 4480 bytes
// WARN battery low: Some(F64(3.1))
// INFO LED toggled 1000 times: None
// INFO LED toggled 999 times: None
