//! A panic is in the log before any other hook sees it, and its stack as soon as it is read.

use core::time::Duration;
use std::panic;
use std::sync::Mutex;

use ringvisor::supervise::trace::symbols;

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What the log holds of panics.
fn records() -> Vec<String> {
    let stream = ringvisor::stream().unwrap();
    let mut cursor = stream.cursor();
    let mut records = Vec::new();
    while let Some(entry) = cursor.next() {
        match entry {
            ringvisor::stream::Entry::Record(record) if record.target == "ringvisor::panic" => {
                records.push(format!("{} {}", record.level, record.message));
            }
            _ => {}
        }
    }
    records
}

const LINE: u32 = line!() + 4;

#[inline(never)]
fn culprit() {
    panic!("the end\nof all");
}

#[test]
fn a_panic_is_logged_before_anything_else_happens() {
    panic::set_hook(Box::new(|info| {
        SEEN.lock().unwrap().extend(records());
        eprintln!("{info}");
    }));
    let name = "panic_record";
    let ringvisor = ringvisor::builder(name).stderr(ringvisor::record::LevelFilter::Off).init();
    panic::catch_unwind(culprit).unwrap_err();

    let place = format!("tests/panic_record.rs:{LINE}:5");
    let said = [format!("ERROR panicked at {place}: the end"), "ERROR of all".to_owned()];
    let seen = core::mem::take(&mut *SEEN.lock().unwrap());
    assert_eq!(seen, said);

    assert!(symbols::settle(Duration::from_secs(60)));
    let records = records();
    assert_eq!(records[..2], said);
    let culprit = format!("at {place} in panic_record::culprit");
    assert!(records[2].ends_with(&culprit), "{records:#?}");
    drop(ringvisor);
}
