//! Bytes of anybody: no panic, and no text that was not in them.

use std::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use super::sample::Sample;
use crate::record::*;

/// Calls `seen` with every text and run of bytes of a record.
fn every_text<'a>(record: &Record<'a>, seen: &mut dyn FnMut(&'a [u8])) {
    seen(record.message.as_bytes());
    seen(record.target.as_bytes());
    [record.module, record.file].iter().flatten().for_each(|text| seen(text.as_bytes()));
    record.task.iter().for_each(|task| seen(task.name.as_bytes()));
    fields(record.fields, seen);
    for span in record.spans {
        seen(span.name.as_bytes());
        fields(span.fields, seen);
    }
}

fn fields<'a>(fields: Fields<'a>, seen: &mut dyn FnMut(&'a [u8])) {
    for field in fields {
        seen(field.key.as_bytes());
        match field.value {
            Value::Str(text) | Value::Debug(text) => seen(text.as_bytes()),
            Value::Bytes(bytes) => seen(bytes),
            Value::Error(chain) => chain.for_each(|link| seen(link.as_bytes())),
            _ => {}
        }
    }
}

/// Decodes `bytes` and checks that every text of the record lies within them.
fn decode_within(bytes: &[u8]) {
    let _ = (peek(bytes), message_bytes(bytes), Site::decode(bytes));
    let Ok(record) = decode(bytes, &NoNames) else { return };
    let input = bytes.as_ptr_range();
    // A brief record has the number of its task, which is called after it.
    let numbered = record.task.filter(|_| bytes[0] > 127).map(|task| task.name.as_bytes());
    every_text(&record, &mut |text| {
        let range = text.as_ptr_range();
        let within = input.start <= range.start && range.end <= input.end;
        let stands_for_it = text.is_empty() || text == b"?" || Some(text) == numbered;
        assert!(within || stands_for_it, "{text:?} is not from the input");
    });
}

proptest! {
    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..300)) {
        decode_within(&bytes);
    }

    #[test]
    fn any_items(
        header in vec(any::<u8>(), 15),
        items in vec((1_u8..7, vec(any::<u8>(), 0..30)), 0..9),
    ) {
        let mut bytes: Vec<u8> = [&[3], &header[..]].concat();
        for (tag, payload) in items {
            bytes.extend([tag, payload.len() as u8, 0]);
            bytes.extend(payload);
        }
        decode_within(&bytes);
    }

    #[test]
    fn records_with_some_bytes_changed(
        sample in Sample::any(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = sample.encode(MAX_LEN);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        decode_within(&bytes);
        decode_within(&bytes[..end.index(bytes.len())]);
    }

    #[test]
    fn sites_with_some_bytes_changed(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let names = ["user", "us", "größe"];
        let site = Site { file: Some("a.rs"), fields: names[..].into(), ..Site::new("shop") };
        let mut blob = Vec::new();
        site.encode_into(&mut blob);
        for (place, byte) in changes {
            let place = place.index(blob.len());
            blob[place] = byte;
        }
        if let Ok(site) = Site::decode(&blob) {
            let count = site.fields.count();
            prop_assert!((0..=254).filter_map(|k| site.fields.get(k)).count() == count);
        }
    }

    #[test]
    fn spans_of_anybody_are_reopened_or_refused(bytes in vec(any::<u8>(), 0..60)) {
        let mut bytes = bytes;
        if let Some(mut span) = SpanEncoder::reopen(&mut bytes) {
            span.field("a", Value::U64(1));
        }
    }
}

#[test]
fn an_error_names_the_part_its_place_and_the_reason() {
    let header = Header { level: Level::Info, thread: 0, site: 0, ticks: 0 };
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, header);
    encoder.message_str("hello").field(Key::Static(3), Value::Bool(true));
    let bytes = encoder.finish().to_vec();
    let text = |bytes: &[u8]| std::format!("{}", decode(bytes, &NoNames).unwrap_err());
    assert_eq!(
        text(&bytes),
        "not a record: the field at byte 24 has the key 3, which its call site has not"
    );
    assert_eq!(text(&bytes[..26]), "not a record: the item at byte 24 ends too early");
    assert_eq!(text(&bytes[..10]), "not a record: the header at byte 10 ends too early");
    assert_eq!(
        text(&[&[9], &bytes[1..]].concat()),
        "not a record: the header at byte 0 has the level 9, not 1 to 5"
    );
    assert_eq!(
        text(&[&bytes[..19], &[0xFF], &bytes[20..24]].concat()),
        "not a record: the message at byte 16 is not UTF-8"
    );
}

#[test]
fn items_and_values_of_a_later_version_are_stepped_over() {
    let header = Header { level: Level::Info, thread: 0, site: 0, ticks: 0 };
    let mut buffer = Buffer::new();
    let encoder = Encoder::new(&mut buffer, header);
    let mut bytes = encoder.finish().to_vec();
    bytes.extend([200, 2, 0, 1, 2]);
    bytes.extend([2, 5, 0, 0xFF, 1, b'k', 99, 7]);
    bytes.extend([2, 5, 0, 0xFF, 1, b'b', 1, 1]);
    let record = decode(&bytes, &NoNames).unwrap();
    assert_eq!(record.fields.map(|field| field.key).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn a_broken_link_of_an_error_is_found_before_anybody_walks_there() {
    let header = Header { level: Level::Info, thread: 0, site: 0, ticks: 0 };
    let mut buffer = Buffer::new();
    let head = Encoder::new(&mut buffer, header).finish().to_vec();
    let decode_chain = |links: &[u8]| {
        let len = 4 + links.len() as u8;
        let bytes = [&head[..], &[2, len, 0, 0xFF, 1, b'e', 10], links].concat();
        decode(&bytes, &NoNames).map(|record| record.fields.count()).map_err(|e| e.reason)
    };
    assert_eq!(decode_chain(&[1, 0, b'a', 1, 0, b'b']), Ok(1));
    assert_eq!(decode_chain(&[1, 0, b'a', 2, 0, b'b']), Err(Reason::Short));
    assert_eq!(decode_chain(&[1, 0, b'a', 1, 0, 0xFF]), Err(Reason::Utf8));
}
