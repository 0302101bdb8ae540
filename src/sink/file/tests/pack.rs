//! Old files are compressed, and nothing else changes.

use std::fs;
use std::io::Read;
use std::string::String;
use std::thread::yield_now;
use std::time::Instant;

use flate2::read::GzDecoder;

use super::scratch::{LONG, Scratch, timed, write};
use crate::sink::Keep;

#[test]
fn old_files_are_compressed_and_keep_their_order() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let file = scratch.file("x.log").max_bytes(10).keep(Keep::files(5)).gzip();
    let sink = file.start(&stream).unwrap();
    (0..4).for_each(|i| write(&stream, &sink, &std::format!("number {i}")));
    let start = Instant::now();
    let packed = ["x.log", "x.log.1.gz", "x.log.2.gz", "x.log.3.gz"];
    while scratch.names() != packed {
        assert!(start.elapsed() < LONG, "{:?}", scratch.names());
        yield_now();
    }
    for (name, text) in packed[1..].iter().zip(["number 2\n", "number 1\n", "number 0\n"]) {
        let mut unpacked = String::new();
        let file = fs::File::open(scratch.path(name)).unwrap();
        GzDecoder::new(file).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
    }
    write(&stream, &sink, "number 4");
    drop(sink);
    assert_eq!(scratch.text("x.log"), "number 4\n");
}
