//! Shows the three ways to read a log: all of it, what matches, and what comes.

use std::thread;

use ringvisor::pattern::Pattern;
use ringvisor::record::LevelFilter;
use ringvisor::stream::{Entry, Query};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let ringvisor = ringvisor::builder("reader").stderr(LevelFilter::Off).try_init()?;
    let stream = ringvisor.stream();
    for disk in 1..=4 {
        log::info!("disk {disk} mounted");
        if disk % 2 == 0 {
            log::warn!("disk {disk} is slow");
        }
    }

    println!("cat: {} lines", cat(stream)?);

    let mut found = String::new();
    let slow = stream.grep("is slow", &mut found)?;
    let exact = stream.grep("*[INFO] disk ? mounted", &mut found)?;
    let either = stream.grep("/disk (1|3)/", &mut found)?;
    println!("grep: {slow} slow, {exact} mounted, {either} with 1 or 3");

    let last =
        Query::new().grep(Pattern::parse("disk")?).level(LevelFilter::Warn).last_match(stream);
    println!("last warning: {}", last.is_some_and(|line| line.ends_with("disk 4 is slow")));

    let mut follow = stream.follow();
    let writer = thread::spawn(|| log::error!("disk 2 is gone"));
    match follow.wait() {
        Entry::Record(record) => println!("follow: {} {}", record.level, record.message),
        Entry::Lost(lost) => println!("follow: {lost} records lost"),
    }
    writer.join().map_err(|_| "the writer panicked")?;
    Ok(())
}

fn cat(stream: &ringvisor::RingStream) -> Result<usize, core::fmt::Error> {
    let mut text = String::new();
    stream.cat(&mut text)?;
    Ok(text.lines().count())
}

// Output:
// cat: 6 lines
// grep: 2 slow, 4 mounted, 2 with 1 or 3
// last warning: true
// follow: ERROR disk 2 is gone
