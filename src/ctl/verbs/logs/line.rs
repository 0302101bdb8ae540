//! A record as it came over.

use core::fmt;
use std::string::String;
use std::vec::Vec;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What of a record is shown; the keys are those of [`Json`](crate::record::Json).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Line {
    pub(super) ts: Option<String>,
    pub(super) mono_ns: Option<u64>,
    pub(super) level: String,
    pub(super) target: String,
    pub(super) task: Option<String>,
    pub(super) run: Option<u32>,
    pub(super) msg: String,
    pub(super) fields: Pairs,
    pub(super) spans: Vec<Pairs>,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
    pub(super) truncated: bool,
}

/// Keys with values, in the order in which they were written.
#[derive(Debug, Default)]
pub(super) struct Pairs(pub(super) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
