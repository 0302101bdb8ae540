//! Lines for programs, read back by somebody else's parser.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;
use serde_json::Value as Parsed;

use super::sample::{NOON, Owned, Sample, rich, rich_record};
use crate::record::*;

fn line(record: &Record<'_>) -> String {
    let mut line = String::new();
    Json::new().render(record, &mut line).unwrap();
    line
}

#[test]
fn a_short_record_has_only_what_it_has() {
    let mut record = Record { time: NOON, ..Record::new(Level::Info, "demo", "hi") };
    assert_eq!(
        line(&record),
        r#"{"ts":"2023-03-29T12:16:30.007114Z","seq":0,"level":"INFO","target":"demo","msg":"hi"}"#
    );
    record.time.wall_ns = 0;
    (record.shard, record.truncated, record.thread_name) = (2, true, Some("main"));
    assert_eq!(
        line(&record),
        concat!(
            r#"{"mono_ns":12345678901,"seq":0,"shard":2,"level":"INFO","target":"demo","#,
            r#""msg":"hi","thread":"main","truncated":true}"#,
        )
    );
}

#[test]
fn a_rich_record_has_everything_in_order() {
    let bytes = rich();
    assert_eq!(
        line(&rich_record(&bytes)),
        concat!(
            r#"{"ts":"2023-03-29T12:16:30.007114Z","seq":41,"level":"WARN","target":"orders::db","#,
            r#""task":"worker@2","run":2,"msg":"slow\nquery","fields":{"yes":true,"i64":-5,"#,
            r#""u64":18446744073709551615,"i128":-7,"#,
            r#""u128":"340282366920938463463374607431768211455","f64":1.5,"nan":"NaN","#,
            r#""str":"plain","said":"say \"hi\"\n","bytes":"00ff","debug":"Some(\n1)","#,
            r#""error":["no rows","disk: \"full\""]},"#,
            r#""spans":[{"name":"request","id":7,"field.name":"a b"},{"name":"query"}],"#,
            r#""thread":"3","file":"src/db.rs","line":88}"#,
        )
    );
}

#[test]
fn identities_of_distributed_tracing_are_lifted() {
    let mut spans = Buffer::new();
    SpanEncoder::new(&mut spans, "outer").field("trace_id", Value::Str("aa"));
    SpanEncoder::new(&mut spans, "inner").field("trace_id", Value::Str("bb"));
    let mut buffer = Buffer::new();
    let header = Header { level: Level::Info, thread: 0, site: 0, ticks: 0 };
    let mut encoder = Encoder::new(&mut buffer, header);
    encoder.span_bytes(spans.bytes()).field(Key::Name("span_id"), Value::Str("cc"));
    let line = line(&decode(encoder.finish(), &NoNames).unwrap());
    assert!(line.ends_with(r#","trace_id":"bb","span_id":"cc"}"#), "{line}");
}

/// What `value` must be in JSON.
fn expected(value: &Owned) -> Parsed {
    match value {
        Owned::Bool(value) => (*value).into(),
        Owned::I64(value) => (*value).into(),
        Owned::U64(value) => (*value).into(),
        Owned::I128(value) => match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(value), _) => value.into(),
            (_, Ok(value)) => value.into(),
            _ => std::format!("{value}").into(),
        },
        Owned::U128(value) => match u64::try_from(*value) {
            Ok(value) => value.into(),
            Err(_) => std::format!("{value}").into(),
        },
        Owned::F64(value) if value.is_finite() => (*value).into(),
        Owned::F64(value) => std::format!("{value}").into(),
        Owned::Str(text) | Owned::Debug(text) => text.as_str().into(),
        Owned::Bytes(bytes) => {
            bytes.iter().map(|b| std::format!("{b:02x}")).collect::<String>().into()
        }
        Owned::Error(links) => links.clone().into(),
    }
}

/// Whether `found` is what was given; a parser may read a float off by one bit.
fn same(found: &Parsed, given: &Owned) -> bool {
    match (found.as_f64(), given) {
        (Some(found), Owned::F64(given)) => (found - given).abs() <= given.abs() * 1e-15,
        _ => *found == expected(given),
    }
}

proptest! {
    #[test]
    fn any_record_reads_back_as_it_was(sample in Sample::any()) {
        let bytes = sample.encode(MAX_LEN);
        let record = decode(&bytes, &NoNames).unwrap();
        prop_assume!(!record.truncated);
        let line = line(&record);
        prop_assert!(!line.contains('\n'));
        let json: Parsed = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(json["msg"].as_str(), Some(&sample.message[..]));
        prop_assert_eq!(json["level"].as_str(), Some(sample.level.as_str()));
        let task = sample.task.as_ref().map(|(_, _, name)| &name[..]);
        prop_assert_eq!(json["task"].as_str(), task);
        // Of two fields of a name the parser keeps the last.
        for (index, (key, value)) in sample.fields.iter().enumerate() {
            let is_last = sample.fields[index + 1..].iter().all(|(other, _)| other != key);
            if is_last {
                let found = &json["fields"][key];
                prop_assert!(same(found, value), "{} is not {:?}", found, value);
            }
        }
        for (index, (name, fields)) in sample.spans.iter().enumerate() {
            let span = &json["spans"][index];
            prop_assert_eq!(span["name"].as_str(), Some(&name[..]));
            for (key, value) in fields {
                prop_assert!(same(&span[key], value), "{} is not {:?}", span[key], value);
            }
        }
    }

    #[test]
    fn a_line_of_any_bytes_that_decode_is_json(items in proptest::collection::vec(
        (1_u8..6, proptest::collection::vec(any::<u8>(), 0..30)), 0..9,
    )) {
        let mut bytes: Vec<u8> = [&[3], &[0_u8; 15][..]].concat();
        for (tag, payload) in items {
            bytes.extend([tag, payload.len() as u8, 0]);
            bytes.extend(payload);
        }
        if let Ok(record) = decode(&bytes, &NoNames) {
            let line = line(&record);
            prop_assert!(serde_json::from_str::<Parsed>(&line).is_ok(), "{}", line);
        }
    }
}
