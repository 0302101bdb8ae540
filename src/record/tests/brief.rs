//! Brief records come back as they were, and arbitrary bytes are no danger.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::{any, prop};
use proptest::proptest;

use crate::record::{Brief, Level, NoNames, decode, message_bytes, peek};

fn encoded((level, task): (Level, u8), ticks: u64, text: &str, limit: usize) -> Vec<u8> {
    let mut brief = Brief::new(limit);
    brief.message(format_args!("{text}"));
    let mut bytes = brief.head(level, task, ticks).to_le_bytes().to_vec();
    bytes.extend(brief.text().bytes());
    bytes
}

proptest! {
    #[test]
    fn come_back(
        level in prop::sample::select(&[Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace][..]),
        task in any::<u8>(),
        ticks in any::<u64>(),
        text in any::<String>(),
        limit in 8..200_usize,
    ) {
        let bytes = encoded((level, task), ticks, &text, limit);
        assert!(bytes.len() <= limit.min(Brief::LEN_MAX));
        let record = decode(&bytes, &NoNames).expect("it was encoded");
        assert_eq!((record.level, record.ticks), (level, ticks & 0xffff_ffff_ffff));
        assert_eq!(record.task.map_or(0, |task| task.id.0), u64::from(task));
        assert!(text.starts_with(record.message));
        assert_eq!(record.truncated, record.message.len() < text.len());
        assert_eq!(message_bytes(&bytes), Some(record.message.as_bytes()));
    }

    #[test]
    fn hostile_bytes_are_a_record_or_an_error(first in 128..=255_u8, rest in prop::collection::vec(any::<u8>(), 0..150)) {
        let mut bytes = Vec::from([first]);
        bytes.extend(rest);
        let decoded = decode(&bytes, &NoNames);
        assert!(decoded.is_err() || peek(&bytes).is_some());
    }
}
