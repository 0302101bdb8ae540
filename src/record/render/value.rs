//! Fields and spans as they stand in a line of text.

use core::fmt;
use core::fmt::Write;

use super::digits::{write_hex, write_i64, write_u64};
use super::escape::{write_line, write_quoted, write_word};
use crate::record::{Chain, Fields, Spans, Value};

/// Whether there are fields to be written.
#[inline]
pub(super) fn has_fields(fields: Fields<'_>) -> bool {
    !fields.is_empty()
}

/// Whether there are spans to be written.
#[inline]
pub(super) fn has_spans(spans: Spans<'_>) -> bool {
    !spans.is_empty()
}

/// `key=value` of each field, with `between` in between.
#[inline]
pub(super) fn write_fields<W: Write + ?Sized>(
    fields: Fields<'_>,
    between: &str,
    out: &mut W,
) -> fmt::Result {
    let mut before = "";
    for field in fields {
        out.write_str(before)?;
        write_line(field.key, out)?;
        out.write_str("=")?;
        write_value(field.value, out)?;
        before = between;
    }
    Ok(())
}

/// `outer{a=1}:inner`.
#[inline]
pub(super) fn write_spans<W: Write + ?Sized>(spans: Spans<'_>, out: &mut W) -> fmt::Result {
    let mut before = "";
    for span in spans {
        out.write_str(before)?;
        write_line(span.name, out)?;
        if !span.fields.is_empty() {
            out.write_str("{")?;
            write_fields(span.fields, " ", out)?;
            out.write_str("}")?;
        }
        before = ":";
    }
    Ok(())
}

fn write_value<W: Write + ?Sized>(value: Value<'_>, out: &mut W) -> fmt::Result {
    match value {
        Value::Bool(value) => out.write_str(if value { "true" } else { "false" }),
        Value::I64(value) => write_i64(value, out),
        Value::U64(value) => write_u64(value, out),
        Value::I128(value) => write!(out, "{value}"),
        Value::U128(value) => write!(out, "{value}"),
        Value::F64(value) => write!(out, "{value:?}"),
        Value::Str(text) => write_word(text, out),
        Value::Bytes(bytes) => {
            out.write_str("0x")?;
            write_hex(bytes, out)
        }
        Value::Debug(text) => write_line(text, out),
        Value::Error(chain) => write_chain(chain, out),
    }
}

/// `"outer: inner"`: always quoted, since it nearly always holds spaces.
fn write_chain<W: Write + ?Sized>(chain: Chain<'_>, out: &mut W) -> fmt::Result {
    let mut before = "\"";
    for link in chain {
        out.write_str(before)?;
        write_quoted(link, out)?;
        before = ": ";
    }
    out.write_str(if before == "\"" { "\"\"" } else { "\"" })
}
