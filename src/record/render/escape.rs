//! Text made harmless. The usual text needs nothing: it is searched and written whole.

#[cfg_attr(not(feature = "std"), path = "escape/search_small.rs")]
mod search;

use core::fmt;
use core::fmt::Write;

use self::search::position;
use super::digits::write_hex_padded;

/// Text of a line: control characters but the tab are escaped, those that turn the direction of
/// writing included.
#[inline]
pub(crate) fn write_line<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let special = |byte: u8| ((byte < 0x20) & (byte != b'\t')) | (byte == 0x7F) | may_lead(byte);
    write_escaped(text, special, out, write_control)
}

/// The same for text that may be several lines: line feeds stay too.
pub(super) fn write_lines<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let special = |byte: u8| {
        ((byte < 0x20) & (byte != b'\t') & (byte != b'\n')) | (byte == 0x7F) | may_lead(byte)
    };
    write_escaped(text, special, out, write_control)
}

/// A value among others: quoted where a reader could not tell where it ends.
#[inline]
pub(super) fn write_word<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let unclear = |byte: u8| {
        let sign = (byte == b'"') | (byte == b'=') | (byte == b'\\');
        (byte <= b' ') | sign | (byte == 0x7F) | may_lead(byte)
    };
    if text.is_empty() || position(text.as_bytes(), unclear).is_some() {
        out.write_str("\"")?;
        write_quoted(text, out)?;
        return out.write_str("\"");
    }
    out.write_str(text)
}

/// Text within quotes.
pub(super) fn write_quoted<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let special = |byte: u8| {
        (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0x7F) | may_lead(byte)
    };
    write_escaped(text, special, out, |found, out| match found {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        _ => write_control(found, out),
    })
}

/// Text within the quotes of a JSON string.
#[inline]
pub(crate) fn write_json<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let special = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
    write_escaped(text, special, out, |found, out| match found {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        _ => {
            out.write_str("\\u")?;
            write_hex_padded(found.into(), 4, out)
        }
    })
}

/// Whether a control character of several bytes may begin with it: U+0080 to U+009F with C2, those
/// that turn the direction of writing, and so the meaning of a line, with D8 or E2.
#[inline]
const fn may_lead(byte: u8) -> bool {
    (byte & !0x20 == 0xC2) | (byte == 0xD8)
}

fn write_control<W: Write + ?Sized>(found: char, out: &mut W) -> fmt::Result {
    match found {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\0'..='\x1F' | '\x7F' => {
            out.write_str("\\x")?;
            write_hex_padded(found.into(), 2, out)
        }
        '\u{80}'..='\u{9F}'
        | '\u{61C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => {
            out.write_str("\\u{")?;
            write_hex_padded(found.into(), 1, out)?;
            out.write_str("}")
        }
        _ => out.write_char(found),
    }
}

/// Writes `text`, with each char whose first byte is `special` through `escape`.
#[inline]
fn write_escaped<W: Write + ?Sized>(
    text: &str,
    special: impl Fn(u8) -> bool + Copy,
    out: &mut W,
    escape: impl Fn(char, &mut W) -> fmt::Result,
) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = position(rest.as_bytes(), special) {
        // A special byte begins a char: without the check its failure is not linked, which on a
        // board is 3 KB.
        let Some((plain, found)) = rest.split_at_checked(at) else { break };
        out.write_str(plain)?;
        let mut chars = found.chars();
        if let Some(found) = chars.next() {
            escape(found, out)?;
        }
        rest = chars.as_str();
    }
    out.write_str(rest)
}
