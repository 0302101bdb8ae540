//! Records of the log on the wire.

use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A part of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogPage {
    /// The records, the oldest first.
    pub records: Vec<LogLine>,
    /// How many records were overwritten before they could be read.
    #[serde(default)]
    pub lost: u64,
    /// Where the reader stands behind them: to go on there, or to follow from there.
    pub position: String,
}

/// One record, as [`Json`](crate::record::Json) writes it; the keys are explained there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is explained where they are written")]
pub struct LogLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mono_ns: Option<u64>,
    pub seq: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shard: u8,
    pub level: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<u32>,
    pub msg: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span_id: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub truncated: bool,
}

/// Stands in a followed log where records were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// How many.
    pub lost: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(shard: &u8) -> bool {
    *shard == 0
}
