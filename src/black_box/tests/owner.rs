//! One owner at a time, and the runs before.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::string::{String, ToString};

use super::{Folder, Run};
use crate::black_box::{BlackBox, BlackBoxReason, End, RecorderError, open, path_of_run, runs};

fn refused(start: Result<Run, RecorderError>) -> BlackBoxReason {
    match start {
        Err(RecorderError::Box(error)) => error.into_reason(),
        other => panic!("{:?}", other.map(|run| run.recorder).map_err(|_| "another error")),
    }
}

#[test]
fn a_second_owner_is_refused_and_told_who_the_first_is() {
    let folder = Folder::new();
    let path = folder.path("owned.box");
    let first = Run::start(&path);
    let reason = refused(Run::try_start(&path));
    let own = u64::from(std::process::id());
    assert!(matches!(reason, BlackBoxReason::Owned { pid } if pid == own), "{reason}");
    drop(first);
    drop(Run::start(&path));
}

#[test]
fn a_box_is_read_while_it_is_written() {
    let folder = Folder::new();
    let path = folder.path("live.box");
    let run = Run::start(&path);
    run.log("live", 1, format_args!("one"));
    let recording = open(&path).unwrap();
    assert_eq!(*recording.end(), End::Running);
    run.log("live", 1, format_args!("two"));
    let text = |recording: &crate::black_box::Recording| {
        let mut text = String::new();
        recording.stream().cat(&mut text).unwrap();
        text
    };
    assert!(text(&recording).ends_with("one\n"), "a copy stays as it is");
    assert!(text(&open(&path).unwrap()).ends_with("two\n"));
}

#[test]
fn earlier_runs_are_kept_and_the_oldest_goes() {
    let folder = Folder::new();
    let path = folder.path("kept.box");
    for number in 0..5 {
        let run = Run::start(BlackBox::at(&path).keep(2));
        run.log("run", 1, format_args!("run {number}"));
        assert_eq!(run.recorder.last_run().is_some(), number > 0);
    }
    let found = runs(&path);
    assert_eq!(found.iter().map(|(back, _)| *back).collect::<std::vec::Vec<_>>(), [0, 1, 2]);
    for (back, file) in found {
        let mut text = String::new();
        open(&file).unwrap().stream().cat(&mut text).unwrap();
        assert!(text.ends_with(&std::format!("run {}\n", 4 - back)), "{text}");
    }
    drop(Run::start(BlackBox::at(&path).keep(0)));
    assert_eq!(runs(&path).len(), 3, "what was kept before is not this run's to delete");
}

#[test]
fn only_the_owner_may_read_it() {
    let folder = Folder::new();
    let path = folder.path("private.box");
    let _run = Run::start(&path);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_no_box_stays_untouched() {
    let folder = Folder::new();
    let path = folder.path("letter.txt");
    fs::write(&path, "dear reader").unwrap();
    assert!(matches!(refused(Run::try_start(&path)), BlackBoxReason::NotABox));
    assert_eq!(fs::read_to_string(&path).unwrap(), "dear reader");
    assert!(matches!(open(&path).unwrap_err().reason(), BlackBoxReason::NotABox));
    assert!(matches!(refused(Run::try_start(&folder.0)), BlackBoxReason::Io(_)));
    assert!(matches!(open(&folder.0).unwrap_err().reason(), BlackBoxReason::NotABox));
}

#[test]
fn a_link_is_not_followed() {
    let folder = Folder::new();
    let (path, link) = (folder.path("there.box"), folder.path("link.box"));
    symlink(&path, &link).unwrap();
    assert!(matches!(refused(Run::try_start(&link)), BlackBoxReason::Io(_)));
    assert!(!path.exists());
}

#[test]
fn what_died_before_it_was_a_box_is_replaced() {
    let folder = Folder::new();
    let path = folder.path("young.box");
    fs::write(&path, [0; 4096]).unwrap();
    assert!(Run::start(&path).recorder.last_run().is_none());
    assert!(!path_of_run(&path, 1).exists());
}

#[test]
fn another_format_is_refused_in_clear_words_and_kept() {
    let folder = Folder::new();
    let path = folder.path("old.box");
    drop(Run::start(&path));
    let mut bytes = fs::read(&path).unwrap();
    bytes[8..16].copy_from_slice(&(7_u64 << 8 | 8).to_ne_bytes());
    fs::write(&path, &bytes).unwrap();
    let error = open(&path).unwrap_err().to_string();
    assert!(error.contains("format 7") && error.contains("reader of format 1"), "{error}");
    bytes[..8].reverse();
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(open(&path).unwrap_err().reason(), BlackBoxReason::Machine));
    bytes[..8].reverse();
    fs::write(&path, &bytes).unwrap();
    let run = Run::start(&path);
    assert_eq!(run.recorder.last_run().map(|last| &last.end), Some(&End::Unknown));
    assert_eq!(fs::read(path_of_run(&path, 1)).unwrap(), bytes);
}

#[test]
fn without_a_tmpfs_a_hanging_process_can_still_be_read() {
    let run = Run::nameless();
    run.log("live", 1, format_args!("still there"));
    let recording = open(run.recorder.path()).unwrap();
    let mut text = String::new();
    recording.stream().cat(&mut text).unwrap();
    assert!(text.ends_with("still there\n"), "{text}");
    assert_eq!(*recording.end(), End::Running);
}
