//! Old files are compressed, and nothing else changes.

use std::format;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::string::String;
use std::sync::Arc;
use std::thread::yield_now;
use std::time::Instant;
use std::vec::Vec;

use flate2::read::GzDecoder;
use proptest::prelude::*;

use super::fake::Fake;
use super::scratch::{LONG, Scratch, say, timed, write};
use crate::record::Template;
use crate::sink::file::disk::Disk;
use crate::sink::{File, Keep};

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

fn unpacked(disk: &Fake, name: &str) -> String {
    let mut text = String::new();
    let mut bytes = disk.read(Path::new(name)).unwrap();
    let read = match name.ends_with(".gz") {
        true => GzDecoder::new(bytes).read_to_string(&mut text),
        false => bytes.read_to_string(&mut text),
    };
    assert!(read.is_ok(), "{name}: {read:?}");
    text
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 64, ..ProptestConfig::with_cases(32) })]
    #[test]
    fn files_move_on_while_they_are_compressed(
        sizes in prop::collection::vec(1_usize..60, 1..60),
        most in 20_u64..200,
        flush_every in 1_usize..10,
    ) {
        let (stream, _) = timed();
        let disk = Fake::default();
        let template: Template = "{message}".parse().unwrap();
        let file = File::new("x.log").max_bytes(most).keep(Keep::all()).gzip().format(template);
        let sink = file.start_on(&stream, Arc::new(disk.clone())).unwrap();
        let line = |(number, size): (usize, &usize)| format!("{number} {}", "x".repeat(*size));
        let lines: Vec<String> = sizes.iter().enumerate().map(line).collect();
        for (number, line) in lines.iter().enumerate() {
            say(&stream, line);
            if number % flush_every == 0 {
                // While it waits the other thread compresses, or does not: both are tried.
                prop_assert!(sink.flush(LONG));
            }
        }
        drop(sink);
        let start = Instant::now();
        let old = |name: &String| name.strip_prefix("x.log.").map(|rest| rest.ends_with(".gz"));
        while disk.names().iter().filter_map(old).any(|is_packed| !is_packed) {
            assert!(start.elapsed() < LONG, "{:?}", disk.names());
            yield_now();
        }
        let mut names = disk.names();
        let number = |name: &str| -> u32 {
            let number = name.strip_prefix("x.log.").and_then(|rest| rest.strip_suffix(".gz"));
            number.map_or(0, |number| number.parse().unwrap())
        };
        names.sort_by_key(|name| core::cmp::Reverse(number(name)));
        prop_assert!(names.iter().rev().map(|name| number(name)).eq(0..names.len() as u32));
        let text: String = names.iter().map(|name| unpacked(&disk, name)).collect();
        prop_assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    }
}
