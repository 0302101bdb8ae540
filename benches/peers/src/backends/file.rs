//! Backends whose lines all arrive in a file, rotated or not: nothing may be dropped.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Mutex;

use log::LevelFilter::Info;

use super::text::{StackText, push_timestamp};
use super::{Backend, Guard, nothing_to_hold};

pub const FILE: &[Backend] = &[
    Backend::light("buffered-file", buffered),
    Backend::heavy("tracing-appender", super::tracing::log_to_blocking_appender),
    Backend::heavy("flexi_logger-async", super::log::flexi_async),
];

const BUFFER: usize = 64 << 10;

/// The reference: the caller renders its line and copies it into a buffer behind a lock.
struct Buffered(Mutex<BufWriter<File>>);

fn buffered(dir: &Path) -> Guard {
    let file = File::create(dir.join("out.log")).unwrap();
    let buffered = Buffered(Mutex::new(BufWriter::with_capacity(BUFFER, file)));
    log::set_boxed_logger(Box::new(buffered)).unwrap();
    log::set_max_level(Info);
    nothing_to_hold()
}

impl log::Log for Buffered {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        thread_local! {
            static LINE: RefCell<StackText> = RefCell::new(StackText::new());
        }
        LINE.with_borrow_mut(|line| {
            line.clear();
            push_timestamp(line);
            line.push_bytes(b" ");
            line.push_bytes(record.level().as_str().as_bytes());
            line.push_bytes(b" ");
            line.push_bytes(record.target().as_bytes());
            line.push_bytes(b": ");
            let _ = core::fmt::Write::write_fmt(line, *record.args());
            line.push_bytes(b"\n");
            self.0.lock().unwrap().write_all(line.bytes()).unwrap();
        });
    }

    fn flush(&self) {
        self.0.lock().unwrap().flush().unwrap();
    }
}
