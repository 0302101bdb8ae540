//! What goes in comes out, whole or cut at a char boundary.

use std::format;
use std::string::String;
use std::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use super::sample::{Owned, Sample};
use crate::record::*;

const HEADER: Header = Header { level: Level::Warn, thread: 2, site: 0, ticks: 9 };

/// A string table of one call site (entry 1) and one task name (entry 2).
struct Table {
    site: Vec<u8>,
}

impl Names for Table {
    fn bytes(&self, id: u32) -> Option<&[u8]> {
        [&self.site[..], b"ingest"].get(id as usize - 1).copied()
    }

    fn thread_name(&self, thread: u16) -> Option<&str> {
        (thread == 2).then_some("worker")
    }
}

fn all_fields(found: Fields<'_>, given: &[(String, Owned)]) -> bool {
    found.count() == given.len()
        && found
            .zip(given)
            .all(|(found, (key, value))| found.key == *key && value.is(found.value, false))
}

proptest! {
    #[test]
    fn a_record_that_fits_comes_back_as_it_was(sample in Sample::any()) {
        let bytes = sample.encode(MAX_LEN);
        let record = decode(&bytes, &NoNames).unwrap();
        prop_assume!(!record.truncated);
        prop_assert_eq!(record.level, sample.level);
        prop_assert_eq!(record.thread, sample.thread);
        prop_assert_eq!(record.ticks, sample.ticks);
        prop_assert_eq!(record.message, &sample.message);
        prop_assert_eq!(message_bytes(&bytes), Some(sample.message.as_bytes()));
        let task = record.task.map(|task| (task.id.0, task.run, String::from(task.name)));
        prop_assert_eq!(task, sample.task);
        prop_assert!(all_fields(record.fields, &sample.fields), "{:?}", record.fields);
        prop_assert_eq!(record.spans.count(), sample.spans.len());
        for (found, (name, fields)) in record.spans.zip(&sample.spans) {
            prop_assert_eq!(found.name, name);
            prop_assert!(all_fields(found.fields, fields), "{:?}", found.fields);
        }
    }

    #[test]
    fn a_record_that_does_not_fit_is_a_beginning_and_says_so(
        sample in Sample::any(),
        limit in 0_usize..400,
    ) {
        let bytes = sample.encode(limit);
        prop_assert!(bytes.len() <= limit.max(16));
        let record = decode(&bytes, &NoNames).unwrap();
        let whole = sample.encode(MAX_LEN);
        prop_assume!(peek(&whole).is_some_and(|header| !header.flags.truncated()));
        prop_assert_eq!(record.truncated, bytes.len() < whole.len());
        prop_assert!(sample.message.starts_with(record.message));
        let mut given = sample.fields.iter();
        for found in record.fields {
            let stays = |given: &&(String, Owned)| {
                given.0 == found.key && given.1.is(found.value, record.truncated)
            };
            prop_assert!(given.any(|given| stays(&given)), "{:?} was not given", found);
        }
    }

    #[test]
    fn a_cut_message_fills_the_record_up_to_a_char(text in "[aé€😀]{0,60}", limit in 19_usize..99) {
        let mut buffer = Buffer::new();
        let mut encoder = Encoder::new(&mut buffer, HEADER).limit(limit);
        encoder.message(format_args!("{}{}", text, text));
        let record = decode(encoder.finish(), &NoNames).unwrap();
        let text = format!("{text}{text}");
        let mut end = text.len().min(limit - 19);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        prop_assert_eq!(record.message, &text[..end]);
        prop_assert_eq!(record.truncated, end < text.len());
    }

    #[test]
    fn no_name_crowds_out_the_message(
        lengths in vec(0_usize..9000, 4),
        limit in 100..=MAX_LEN,
        message in "[aé€😀]{0,200}",
    ) {
        let text = "é".repeat(4500);
        let name = |index: usize| &text[..lengths[index] / 2 * 2];
        let site = Site { module: Some(name(1)), file: Some(name(2)), ..Site::new(name(0)) };
        let mut buffer = Buffer::new();
        let mut encoder = Encoder::new(&mut buffer, HEADER).limit(limit);
        encoder.site(&site).task(Task { id: TaskId(1), run: 1, name: name(3) }, 0);
        encoder.message_str(&message);
        let record = decode(encoder.finish(), &NoNames).unwrap();
        let sure = (limit / 5).saturating_sub(30);
        prop_assert!(record.message.len() >= message.len().min(sure), "{record:?}");
        let names = [record.target, record.module.unwrap(), record.file.unwrap()];
        prop_assert!(names.iter().enumerate().all(|(at, kept)| name(at).starts_with(kept)));
        let is_cut = names.iter().enumerate().any(|(at, kept)| kept.len() < name(at).len());
        prop_assert!(record.truncated || !is_cut);
    }

    #[test]
    fn static_keys_stand_for_the_names_of_the_site(
        fields in vec((".{0,9}", Owned::any()), 0..9),
        limit in 0..MAX_LEN,
    ) {
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let mut table = Table { site: Vec::new() };
        Site { fields: names[..].into(), ..Site::new("shop") }.encode_into(&mut table.site);
        let mut buffer = Buffer::new();
        let mut encoder = Encoder::new(&mut buffer, Header { site: 1, ..HEADER }).limit(limit);
        for (index, (_, value)) in (0..).zip(&fields) {
            value.encode(Key::Static(index), &mut encoder);
        }
        let bytes = encoder.finish();
        prop_assert!(bytes.len() <= limit.max(16));
        let record = decode(bytes, &table).unwrap();
        prop_assert!(record.truncated || all_fields(record.fields, &fields), "{:?}", record.fields);
        let given = |found: Field<'_>| {
            fields.iter().any(|(name, value)| name == found.key && value.is(found.value, true))
        };
        let mut found = record.fields;
        prop_assert!(found.all(given), "{:?}", record.fields);
    }

    #[test]
    fn a_site_comes_back_as_it_was(
        texts in vec(any::<Option<String>>(), 3),
        target in any::<String>(),
        line in any::<Option<u32>>(),
        names in vec(any::<String>(), 0..9),
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let site = Site {
            target: &target,
            module: texts[0].as_deref(),
            file: texts[1].as_deref(),
            line,
            message: texts[2].as_deref(),
            fields: names[..].into(),
        };
        let mut blob = Vec::new();
        prop_assert!(site.encode_into(&mut blob));
        prop_assert_eq!(Site::decode(&blob), Ok(site));
        let found = Site::decode(&blob).unwrap().fields;
        for (index, name) in (0..).zip(&names) {
            prop_assert_eq!(found.get(index), Some(*name));
        }
        prop_assert_eq!(found.get(names.len() as u8), None);
    }

    #[test]
    fn a_site_that_does_not_fit_stays_readable(room in 0_usize..120, names in 0_usize..9) {
        let names = &["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii"][..names];
        let site = Site {
            module: Some("elsewhere"),
            file: Some("src/lib.rs"),
            message: Some("a long message that is always the same"),
            fields: names.into(),
            ..Site::new("shop::cart")
        };
        let mut buffer = Buffer::new();
        buffer.append(&std::vec![0; MAX_LEN - room]);
        let whole = site.encode_into(&mut buffer);
        let blob = &buffer.bytes()[MAX_LEN - room..];
        if blob.is_empty() {
            return Ok(());
        }
        let found = Site::decode(blob).unwrap();
        prop_assert_eq!(whole, found == site);
        prop_assert!(site.target.starts_with(found.target));
        prop_assert!(found.message.is_none() || found.message == site.message);
        prop_assert!(found.fields.zip(names).all(|(found, name)| found == *name));
    }
}

#[test]
fn static_texts_come_from_the_string_table() {
    let names = ["user", "us"];
    let site = Site {
        module: Some("shop::cart"),
        line: Some(12),
        message: Some("bought"),
        fields: names[..].into(),
        ..Site::new("shop::cart")
    };
    let mut table = Table { site: Vec::new() };
    assert!(site.encode_into(&mut table.site));
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, Header { site: 1, ..HEADER });
    encoder.literal_message().field(Key::Static(1), Value::U64(250));
    encoder.task(Task { id: TaskId(3), run: 4, name: "" }, 2);
    let bytes = encoder.finish();
    let record = decode(bytes, &table).unwrap();
    assert_eq!((record.message, record.target), ("bought", "shop::cart"));
    assert_eq!((record.module, record.line), (Some("shop::cart"), Some(12)));
    assert_eq!(record.thread_name, Some("worker"));
    assert_eq!(record.fields.get("us"), Some(Value::U64(250)));
    assert_eq!(record.task, Some(Task { id: TaskId(3), run: 4, name: "ingest" }));
    let header = peek(bytes).unwrap();
    assert!(header.flags.literal());
    assert_eq!((header.level, header.site, header.ticks), (Level::Warn, 1, 9));

    let lost = decode(bytes, &NoNames).unwrap();
    assert_eq!((lost.message, lost.target), ("?", "?"));
    assert_eq!(lost.fields.get("?"), Some(Value::U64(250)));
    assert_eq!(lost.task.unwrap().name, "?");
}

#[test]
fn a_site_without_an_entry_stands_in_the_record() {
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, HEADER);
    encoder.message_str("hello").site(&Site { file: Some("a.rs"), ..Site::new("shop") });
    let record = decode(encoder.finish(), &NoNames).unwrap();
    assert_eq!((record.target, record.file), ("shop", Some("a.rs")));
}

#[test]
fn a_piece_of_a_long_text_comes_back() {
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, HEADER);
    let middle = Piece { text: 7, index: 1 };
    encoder.piece(middle, false).message_str("middle");
    let record = decode(encoder.finish(), &NoNames).unwrap();
    assert_eq!((record.piece, record.message), (Some(middle), "middle"));
    assert!(record.continues && record.continued && !record.truncated);
}

#[test]
fn an_endless_chain_of_errors_is_cut_at_sixteen() {
    #[derive(Debug)]
    struct Endless;
    impl core::fmt::Display for Endless {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("again")
        }
    }
    impl core::error::Error for Endless {
        fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
            Some(&Self)
        }
    }
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, HEADER);
    encoder.field_error(Key::Name("error"), &Endless);
    let record = decode(encoder.finish(), &NoNames).unwrap();
    let Some(Value::Error(chain)) = record.fields.get("error") else { panic!("{record:?}") };
    assert_eq!(chain.count(), 16);
    assert!(record.truncated);
}

#[test]
fn a_display_that_gives_up_keeps_what_it_wrote() {
    struct Half;
    impl core::fmt::Display for Half {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("half")?;
            Err(core::fmt::Error)
        }
    }
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, HEADER);
    encoder.message(format_args!("one {Half} two")).field_display(Key::Name("a"), &Half);
    let record = decode(encoder.finish(), &NoNames).unwrap();
    assert_eq!(record.message, "one half");
    assert_eq!(record.fields.get("a"), Some(Value::Debug("half")));
    assert!(!record.truncated);
}

#[test]
fn a_debug_that_panics_leaves_a_whole_span() {
    struct Bomb;
    impl core::fmt::Debug for Bomb {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("some text before")?;
            panic!("in a user's Debug")
        }
    }
    let mut bytes = Vec::new();
    SpanEncoder::new(&mut bytes, "request").field("id", Value::U64(7));
    let whole = bytes.clone();
    let panic = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        SpanEncoder::reopen(&mut bytes).unwrap().field_debug("bomb", &Bomb);
    }));
    assert!(panic.is_err());
    assert_eq!(bytes, whole);
}

#[test]
fn a_span_takes_fields_later_and_replaces_those_of_the_same_name() {
    let mut bytes = Vec::new();
    SpanEncoder::new(&mut bytes, "outer").field("a", Value::U64(1)).field("b", Value::U64(2));
    SpanEncoder::new(&mut bytes, "inner");
    let mut span = SpanEncoder::reopen(&mut bytes).unwrap();
    span.field("c", Value::U64(3)).field("d", Value::U64(4)).field("c", Value::Str("five"));
    assert!(span.finish());
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, HEADER);
    encoder.span_bytes(&bytes);
    let record = decode(encoder.finish(), &NoNames).unwrap();
    let text =
        format!("{:?}", record.spans.map(|span| (span.name, span.fields)).collect::<Vec<_>>());
    let expected =
        r#"[("outer", {"a": U64(1), "b": U64(2)}), ("inner", {"d": U64(4), "c": Str("five")})]"#;
    assert_eq!(text, expected);
}

#[test]
fn a_field_without_room_is_left_out_and_a_shorter_one_still_fits() {
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, HEADER).limit(30);
    encoder.field(Key::Name("number"), Value::U128(1)).field(Key::Name("b"), Value::Bool(true));
    let record = decode(encoder.finish(), &NoNames).unwrap();
    assert_eq!(record.fields.count(), 1);
    assert_eq!(record.fields.get("b"), Some(Value::Bool(true)));
    assert!(record.truncated);
}

#[test]
fn no_later_piece_of_a_text_lands_behind_the_cut() {
    struct Stubborn;
    impl core::fmt::Display for Stubborn {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            let _ = f.write_str("ab😀");
            f.write_str("c")
        }
    }
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, HEADER).limit(16 + 3 + 4);
    encoder.message(format_args!("{Stubborn}"));
    let record = decode(encoder.finish(), &NoNames).unwrap();
    assert_eq!((record.message, record.truncated), ("ab", true));
}

#[test]
fn a_text_of_which_nothing_fits_is_no_field() {
    let encode = |limit: usize, value: Value<'_>| {
        let mut buffer = Buffer::new();
        let mut encoder = Encoder::new(&mut buffer, HEADER).limit(limit);
        encoder.field(Key::Static(0), value);
        encoder.finish().len()
    };
    assert_eq!(encode(16 + 5, Value::Str("text")), 16);
    assert_eq!(encode(16 + 6, Value::Str("text")), 16 + 6);
    assert_eq!(encode(16 + 5, Value::Str("")), 16 + 5);
    assert_eq!(encode(16 + 5, Value::Bytes(&[1])), 16);
}
