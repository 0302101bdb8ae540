//! What the end of a program says of outputs that do not take what is left.

use core::time::Duration;

use super::{Kept, LONG, gated, log, message};
use crate::sink::{Pump, last_words};
use crate::stream::{Config, RingStream};
use log::Level;
use std::string::String;
use std::vec::Vec;

fn notices(stream: &RingStream) -> Vec<String> {
    let mut text = String::new();
    stream.cat(&mut text).unwrap();
    let notices = text.lines().filter(|line| line.contains("[WARN]"));
    notices.filter_map(|line| Some(line.split_once("] [WARN] ")?.1.into())).collect()
}

#[test]
fn it_names_who_is_waited_for_and_who_is_given_up() {
    let stream = Config::new().bytes(1 << 16).build().unwrap();
    let (output, gate, _) = gated();
    let kept = Kept::default();
    let sinks = [
        Pump::new("stopped").format(message()).start(&stream, output).unwrap(),
        Pump::new("kept").format(message()).start(&stream, kept.clone()).unwrap(),
    ];
    for number in 0..3 {
        log(&stream, Level::Info, if number == 1 { "one" } else { "more" });
    }
    assert!(!last_words(&sinks, &stream, Duration::from_millis(150)));
    let told = notices(&stream);
    assert_eq!(
        told,
        [
            "waiting for stopped: 3 records left",
            "gave up stopped after 150ms: 3 records not written",
        ]
    );
    drop(gate);
    assert!(last_words(&sinks, &stream, LONG));
    assert_eq!(notices(&stream).len(), 2, "nobody is waited for that goes on");
    assert_eq!(kept.lines()[..3], ["more", "one", "more"]);
    assert_eq!(kept.lines()[3..], told);
}

#[test]
fn a_glance_says_nothing() {
    let stream = Config::new().bytes(1 << 16).build().unwrap();
    let (output, _gate, _) = gated();
    let sinks = [Pump::new("stopped").start(&stream, output).unwrap()];
    log(&stream, Level::Info, "one");
    assert!(!last_words(&sinks, &stream, Duration::from_millis(10)));
    assert!(notices(&stream).is_empty());
}
