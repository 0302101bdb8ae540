use core::time::Duration;
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use proptest::prelude::*;

use super::{Symbol, lookup, parse, settle};

const LIMIT: Duration = Duration::from_secs(60);

fn symbol(function: &str, place: Option<(&str, u32, u32)>) -> Symbol {
    Symbol {
        function: function.into(),
        file: place.map(|(file, ..)| file.into()),
        line: place.map(|(_, line, _)| line),
        column: place.map(|(.., column)| column),
    }
}

#[test]
fn the_long_form_is_read() {
    let text = "   0:     0x55d0c1f2 - inner::{closure#0}<u8>
                               at /a b/c:d.rs:12:5
   1:     0x55d0c1f2 - outer
                               at /e.rs:7:1
   2:     0x55d0c2aa - nowhere::h0123456789abcdef
  11:                0x0 - <unknown>
";
    let expected = vec![
        (
            0x55d0_c1f2,
            vec![
                symbol("inner::{closure#0}<u8>", Some(("/a b/c:d.rs", 12, 5))),
                symbol("outer", Some(("/e.rs", 7, 1))),
            ],
        ),
        (0x55d0_c2aa, vec![symbol("nowhere", None)]),
        (0, vec![]),
    ];
    assert_eq!(parse::frames(text), expected);
}

/// What is rendered here goes through the renderer of the `std` that the tests are built with.
#[inline(never)]
fn captured() -> String {
    format!("{:#}", std::backtrace::Backtrace::force_capture())
}

#[test]
fn this_compiler_s_form_is_read() {
    let text = captured();
    let frames = parse::frames(&text);
    let found = frames.iter().flat_map(|(_, symbols)| symbols).find(|symbol| {
        symbol.function.ends_with("captured")
            && symbol.file.as_deref().is_some_and(|file| file.ends_with("symbols/tests.rs"))
    });
    let line = found.and_then(|symbol| symbol.line);
    assert!(line.is_some_and(|line| (40..60).contains(&line)), "{text}");
}

proptest! {
    #[test]
    fn nothing_in_the_text_upsets_it(text in "[ 0-9a-fx:at\\-\\n<>é]{0,200}") {
        let _ = parse::frames(&text);
    }

    #[test]
    fn what_is_rendered_in_that_form_comes_back(
        frames in prop::collection::vec((1usize.., prop::collection::vec(
            ("[a-z:<>{}#0]{1,9}", "/[a-z:. ]{0,8}[a-z]", 1u32.., 1u32..), 1..4)), 0..8),
    ) {
        let (mut text, mut index) = (String::new(), 0);
        let mut expected: Vec<(usize, Vec<Symbol>)> = Vec::new();
        for (address, symbols) in &frames {
            prop_assume!(expected.last().is_none_or(|last| last.0 != *address));
            expected.push((*address, Vec::new()));
            for (function, file, line, column) in symbols {
                text += &format!("{index:4}: {address:#18x} - {function}\n");
                text += &format!("                          at {file}:{line}:{column}\n");
                index += 1;
                let last = expected.last_mut().unwrap();
                last.1.push(symbol(function, Some((file, *line, *column))));
            }
        }
        prop_assert_eq!(parse::frames(&text), expected);
    }
}

#[test]
fn an_unknown_address_has_no_symbols() {
    assert!(lookup(1).is_none());
}

#[cfg(not(miri))]
#[test]
fn frames_are_read_on_another_thread() {
    use super::learn_now;
    use crate::supervise::trace::frames::{Buffer, Frames};
    use crate::supervise::trace::unwind;

    let (here, mut buffer) = (0u8, Buffer::default());
    unwind::walk(core::hint::black_box(&raw const here).addr()..usize::MAX, &mut buffer);
    let frames = Frames::from(&buffer);
    learn_now(&frames);
    assert!(settle(LIMIT));
    let known = frames.addresses().iter().filter_map(|address| lookup(*address));
    let ours = |frame: &crate::supervise::trace::stack::Frame| {
        frame.place.as_ref().is_some_and(|place| place.file.ends_with("symbols/tests.rs"))
    };
    assert!(known.into_iter().any(|frames| frames.iter().any(ours)));
}
