//! Files that somebody else moves, folders that vanish.

use std::fs;

use super::scratch::{Scratch, timed, write};

#[test]
fn a_file_that_was_moved_is_begun_anew() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let sink = scratch.file("x.log").start(&stream).unwrap();
    write(&stream, &sink, "one");
    fs::rename(scratch.path("x.log"), scratch.path("moved")).unwrap();
    write(&stream, &sink, "two");
    fs::remove_file(scratch.path("x.log")).unwrap();
    write(&stream, &sink, "three");
    drop(sink);
    assert_eq!((scratch.text("moved"), scratch.text("x.log")), ("one\n".into(), "three\n".into()));
}
