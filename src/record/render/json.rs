//! The line that programs read.

use core::fmt;
use core::fmt::Write;

use super::digits::{write_hex, write_i64, write_padded, write_u64};
use super::escape::write_json;
use crate::record::civil::{Calendar, Zone, nanos};
use crate::record::{Chain, Fields, Record, Span, Spans, Task, Time, Value};

/// Writes a record as one JSON object in one line.
///
/// Keys, in this order; what a record has not is left out; later versions only add keys:
///
/// | key | value |
/// |---|---|
/// | `ts` | RFC 3339 in UTC with microseconds, `"2026-11-21T09:26:22.007114Z"` |
/// | `mono_ns` | nanoseconds of the process's clock, only in place of a missing `ts` |
/// | `seq` | sequence number in its shard |
/// | `shard` | number of the shard, left out for 0 |
/// | `level` | `"ERROR"`, `"WARN"`, `"INFO"`, `"DEBUG"`, `"TRACE"` |
/// | `target` | string |
/// | `task`, `run` | name of the task, and which run of it |
/// | `msg` | string |
/// | `fields` | object, in the order of the call |
/// | `spans` | array of objects, the outermost first: `name`, then the span's fields |
/// | `trace_id`, `span_id` | copied from the field of that name of the record or, else, of its innermost span |
/// | `thread` | string: the thread's name, else its number |
/// | `file`, `line` | string, number |
/// | `truncated` | `true` where something was cut |
/// | `continues` | `true` where the beginning of the text stands elsewhere or is lost |
/// | `continued` | `true` where the rest of the text stands elsewhere or is lost |
///
/// Values: 64-bit integers are numbers, wider ones strings of digits where they exceed 64 bits;
/// floats are numbers, `"NaN"`, `"inf"` and `"-inf"` strings; bytes are a string of lower-case
/// hexadecimal digits; an error is an array of strings, the outermost first. A span's field that
/// is itself called `name` is written as `field.name`.
///
/// ```
/// use ringvisor::record::{Json, Level, Record, Time};
///
/// let mut record = Record::new(Level::Info, "demo::ingest", "stored");
/// record.time = Time { wall_ns: 1_795_253_182_007_114_000, mono_ns: 0 };
/// let mut line = String::new();
/// Json::new().render(&record, &mut line)?;
/// assert_eq!(
///     line,
///     r#"{"ts":"2026-11-21T09:26:22.007114Z","seq":0,"level":"INFO","target":"demo::ingest","msg":"stored"}"#
/// );
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Json {
    calendar: Calendar,
}

impl Json {
    /// A renderer of JSON lines.
    pub const fn new() -> Self {
        Self { calendar: Calendar::new(Zone::Utc) }
    }

    /// Writes the line of one record, without its end.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn render<W: Write + ?Sized>(&mut self, record: &Record<'_>, out: &mut W) -> fmt::Result {
        self.write_time(record.time, out)?;
        out.write_str(",\"seq\":")?;
        write_u64(record.seq, out)?;
        if record.shard != 0 {
            out.write_str(",\"shard\":")?;
            write_u64(record.shard.into(), out)?;
        }
        out.write_str(",\"level\":\"")?;
        out.write_str(record.level.as_str())?;
        out.write_str("\"")?;
        write_text(",\"target\":", Some(record.target).filter(|target| !target.is_empty()), out)?;
        write_task(record.task, out)?;
        write_text(",\"msg\":", Some(record.message), out)?;
        write_fields(record.fields, out)?;
        write_spans(record.spans, out)?;
        write_ids(record, out)?;
        write_place(record, out)?;
        for (holds, key) in [
            (record.truncated, ",\"truncated\":true"),
            (record.continues, ",\"continues\":true"),
            (record.continued, ",\"continued\":true"),
        ] {
            out.write_str(if holds { key } else { "" })?;
        }
        out.write_str("}")
    }

    #[inline]
    fn write_time<W: Write + ?Sized>(&mut self, time: Time, out: &mut W) -> fmt::Result {
        if time.wall_ns == 0 {
            out.write_str("{\"mono_ns\":")?;
            return write_u64(time.mono_ns, out);
        }
        let text = self.calendar.second_text(time.wall_ns);
        let (date, time_of_day) = text.split_once(' ').unwrap_or((text, ""));
        for piece in ["{\"ts\":\"", date, "T", time_of_day, "."] {
            out.write_str(piece)?;
        }
        write_padded(u64::from(nanos(time.wall_ns) / 1000), 6, "0", out)?;
        out.write_str("Z\"")
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::new()
    }
}

/// `before` and the string, or nothing.
#[inline]
fn write_text<W: Write + ?Sized>(before: &str, text: Option<&str>, out: &mut W) -> fmt::Result {
    let Some(text) = text else { return Ok(()) };
    out.write_str(before)?;
    write_string(text, out)
}

#[inline]
fn write_string<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    out.write_str("\"")?;
    write_json(text, out)?;
    out.write_str("\"")
}

fn write_task<W: Write + ?Sized>(task: Option<Task<'_>>, out: &mut W) -> fmt::Result {
    let Some(task) = task else { return Ok(()) };
    write_text(",\"task\":", Some(task.name), out)?;
    out.write_str(",\"run\":")?;
    write_u64(task.run.into(), out)
}

fn write_fields<W: Write + ?Sized>(fields: Fields<'_>, out: &mut W) -> fmt::Result {
    let mut before = ",\"fields\":{";
    for field in fields {
        out.write_str(before)?;
        write_member(field.key, field.value, out)?;
        before = ",";
    }
    if before == "," { out.write_str("}") } else { Ok(()) }
}

fn write_spans<W: Write + ?Sized>(spans: Spans<'_>, out: &mut W) -> fmt::Result {
    let mut before = ",\"spans\":[";
    for span in spans {
        out.write_str(before)?;
        write_span(span, out)?;
        before = ",";
    }
    if before == "," { out.write_str("]") } else { Ok(()) }
}

fn write_span<W: Write + ?Sized>(span: Span<'_>, out: &mut W) -> fmt::Result {
    write_text("{\"name\":", Some(span.name), out)?;
    for field in span.fields {
        out.write_str(",")?;
        let key = if field.key == "name" { "field.name" } else { field.key };
        write_member(key, field.value, out)?;
    }
    out.write_str("}")
}

/// The identities of distributed tracing, where somebody records them as fields.
fn write_ids<W: Write + ?Sized>(record: &Record<'_>, out: &mut W) -> fmt::Result {
    for (key, before) in [("trace_id", ",\"trace_id\":"), ("span_id", ",\"span_id\":")] {
        let of_span = || record.spans.filter_map(|span| span.fields.get(key)).last();
        if let Some(value) = record.fields.get(key).or_else(of_span) {
            out.write_str(before)?;
            write_value(value, out)?;
        }
    }
    Ok(())
}

fn write_place<W: Write + ?Sized>(record: &Record<'_>, out: &mut W) -> fmt::Result {
    match record.thread_name {
        Some(name) => write_text(",\"thread\":", Some(name), out)?,
        None if record.thread == 0 => {}
        None => {
            out.write_str(",\"thread\":\"")?;
            write_u64(record.thread.into(), out)?;
            out.write_str("\"")?;
        }
    }
    write_text(",\"file\":", record.file, out)?;
    let Some(line) = record.line else { return Ok(()) };
    out.write_str(",\"line\":")?;
    write_u64(line.into(), out)
}

#[inline]
fn write_member<W: Write + ?Sized>(key: &str, value: Value<'_>, out: &mut W) -> fmt::Result {
    write_string(key, out)?;
    out.write_str(":")?;
    write_value(value, out)
}

fn write_value<W: Write + ?Sized>(value: Value<'_>, out: &mut W) -> fmt::Result {
    match value {
        Value::Bool(value) => out.write_str(if value { "true" } else { "false" }),
        Value::I64(value) => write_i64(value, out),
        Value::U64(value) => write_u64(value, out),
        Value::I128(value) => match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => write_i64(value, out),
            (_, Ok(value)) => write_u64(value, out),
            _ => write!(out, "\"{value}\""),
        },
        Value::U128(value) => match u64::try_from(value) {
            Ok(value) => write_u64(value, out),
            Err(_) => write!(out, "\"{value}\""),
        },
        Value::F64(value) if value.is_finite() => write!(out, "{value:?}"),
        Value::F64(value) => write!(out, "\"{value}\""),
        Value::Str(text) | Value::Debug(text) => write_string(text, out),
        Value::Bytes(bytes) => {
            out.write_str("\"")?;
            write_hex(bytes, out)?;
            out.write_str("\"")
        }
        Value::Error(chain) => write_chain(chain, out),
    }
}

fn write_chain<W: Write + ?Sized>(chain: Chain<'_>, out: &mut W) -> fmt::Result {
    out.write_str("[")?;
    let mut before = "";
    for link in chain {
        out.write_str(before)?;
        write_string(link, out)?;
        before = ",";
    }
    out.write_str("]")
}
