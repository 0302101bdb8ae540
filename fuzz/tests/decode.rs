//! Records: no bytes panic a decoder, and what is decoded can be rendered and was in the input.

use bolero::check;
use ringvisor::record::{
    Buffer, Encoder, Header, Json, Key, Level, NoNames, Record, Site, Template, Text, Value,
    decode, message_bytes, peek,
};
use ringvisor_fuzz::ITERATIONS;

#[test]
fn arbitrary_bytes() {
    check!().with_iterations(ITERATIONS).with_type::<Vec<u8>>().for_each(|bytes| {
        let _ = Site::decode(bytes);
        check_record(bytes);
    });
}

#[test]
fn a_sound_record_with_some_bytes_changed() {
    check!()
        .with_iterations(ITERATIONS)
        .with_type::<(String, u64, Vec<u8>, Vec<(u8, u8)>)>()
        .for_each(|(text, number, blob, changes)| {
            let mut buffer = Buffer::new();
            let mut bytes = encode(&mut buffer, text, *number, blob).to_vec();
            check_record(&bytes);
            for &(at, value) in changes {
                let at = usize::from(at) % bytes.len();
                bytes[at] = value;
            }
            check_record(&bytes);
        });
}

#[test]
fn templates() {
    check!().with_iterations(ITERATIONS).with_type::<String>().for_each(|text| {
        if let Ok(mut template) = text.parse::<Template>() {
            let mut line = String::new();
            let record = Record::new(Level::Info, "fuzz", "message");
            template.render(&record, &mut line).expect("a string takes everything");
        }
    });
}

fn encode<'b>(buffer: &'b mut Buffer, text: &str, number: u64, blob: &[u8]) -> &'b [u8] {
    let header = Header { level: Level::Warn, thread: 3, site: 0, ticks: number };
    let mut encoder = Encoder::new(buffer, header);
    encoder.site(&Site { line: Some(7), file: Some("fuzz.rs"), ..Site::new("fuzz") });
    encoder.message(format_args!("{text}{number}"));
    encoder.field(Key::Name("number"), Value::U64(number));
    encoder.field(Key::Name(text), Value::Bytes(blob));
    encoder.field(Key::Name("text"), Value::Str(text));
    encoder.finish()
}

fn check_record(bytes: &[u8]) {
    let _ = (peek(bytes), message_bytes(bytes));
    let Ok(record) = decode(bytes, &NoNames) else { return };
    assert!(record.message.is_empty() || holds(bytes, record.message) || record.message == "?");
    let mut line = String::new();
    Text::new("fuzz").render(&record, &mut line).expect("a string takes everything");
    assert!(!line.contains('\n'), "a record is one line: {line:?}");
    line.clear();
    Json::new().render(&record, &mut line).expect("a string takes everything");
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
