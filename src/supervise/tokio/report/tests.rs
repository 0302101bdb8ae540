use core::error::Error;
use core::fmt;
use std::boxed::Box;
use std::string::String;

use super::{ErrorReport, MAX_TEXT, PanicReport, bounded};

#[derive(Debug)]
struct Outer(std::io::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot read the index")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

struct Hostile;

impl fmt::Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("so far")?;
        panic!("in Display")
    }
}

#[test]
fn an_error_is_told_with_its_sources() {
    let report = ErrorReport::of("Outer", &Outer(std::io::Error::other("disk on fire")));
    assert_eq!(std::format!("{report}"), "cannot read the index: disk on fire");
    assert_eq!(report.sources, ["disk on fire"]);
}

#[test]
fn texts_are_cut_between_characters() {
    let text = bounded(format_args!("{}", "ß".repeat(MAX_TEXT)));
    assert_eq!(text.chars().filter(|c| *c == 'ß').count(), MAX_TEXT / 2);
    assert!(text.ends_with('…'));
    assert_eq!(bounded(format_args!("{}", Hostile)), "so far…");
}

#[test]
fn payloads_that_panic_when_dropped_are_survived() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("again");
        }
    }
    assert_eq!(PanicReport::of(Box::new(Bomb)).message, "");
    let location = Some("a.rs:1:2".into());
    let report = PanicReport { location, ..PanicReport::of(Box::new(String::from("boom"))) };
    assert_eq!(std::format!("{report}"), "panicked at a.rs:1:2: boom");
}
