//! Times in a format of chrono, rendered once a second.

use core::fmt;
use core::fmt::Write;
use std::string::String;
use std::vec::Vec;

use chrono::format::{Fixed, Item, Numeric, StrftimeItems};
use chrono::{DateTime, FixedOffset};

use crate::record::Time;
use crate::record::civil::{Calendar, nanos, second};
use crate::record::render::digits::write_padded;

/// The fractions of a second that are written by hand, so that the rest of the format changes only
/// once a second: what stands in the format, what before the digits, and how many digits.
const FRACTIONS: [(&str, &str, u8); 7] = [
    ("%.3f", ".", 3),
    ("%.6f", ".", 6),
    ("%.9f", ".", 9),
    ("%3f", "", 3),
    ("%6f", "", 6),
    ("%9f", "", 9),
    ("%f", "", 6),
];

#[derive(Clone, Debug)]
pub(super) struct TimeFormat {
    pieces: Vec<Piece>,
    /// Whether nobody chose it, so that a format for all times takes its place.
    pub(super) is_default: bool,
}

#[derive(Clone, Debug)]
enum Piece {
    Fraction { before: &'static str, digits: u8 },
    Text(Text),
}

/// A piece that chrono renders.
#[derive(Clone, Debug)]
struct Text {
    items: Vec<Item<'static>>,
    /// Whether it shows fractions of a second and so cannot be kept.
    is_exact: bool,
    /// The second since 1970 and the offset of the zone that `rendered` is for.
    moment: Option<(i64, i32)>,
    rendered: String,
}

impl TimeFormat {
    /// Reads a format of chrono; `None` where chrono refuses it.
    pub(super) fn parse(format: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let (mut start, mut at) = (0, 0);
        while let Some(found) = format[at..].find('%') {
            at += found;
            let fraction = FRACTIONS.iter().find(|(text, ..)| format[at..].starts_with(text));
            if let Some((text, before, digits)) = fraction {
                pieces.extend(Text::parse(&format[start..at])?.map(Piece::Text));
                pieces.push(Piece::Fraction { before, digits: *digits });
                at += text.len();
                start = at;
            } else {
                // Not one byte: of `%%f` the second sign begins nothing.
                at += 1 + format[at + 1..].chars().next().map_or(0, char::len_utf8);
            }
        }
        pieces.extend(Text::parse(&format[start..])?.map(Piece::Text));
        Some(Self { pieces, is_default: false })
    }

    pub(super) fn write<W: Write + ?Sized>(
        &mut self,
        time: Time,
        calendar: &mut Calendar,
        out: &mut W,
    ) -> fmt::Result {
        if time.wall_ns == 0 {
            return calendar.write(time, out);
        }
        let nanos = nanos(time.wall_ns);
        let moment = (second(time.wall_ns), calendar.offset_s(second(time.wall_ns)));
        self.pieces.iter_mut().try_for_each(|piece| match piece {
            Piece::Text(text) => out.write_str(text.at(moment, nanos)),
            Piece::Fraction { before, digits } => {
                out.write_str(before)?;
                let unit = 10_u32.pow(9 - u32::from(*digits));
                write_padded((nanos / unit).into(), usize::from(*digits), "0", out)
            }
        })
    }
}

impl Text {
    /// `Some(None)` for an empty format, `None` for a bad one.
    fn parse(format: &str) -> Option<Option<Self>> {
        let items = StrftimeItems::new(format).parse_to_owned().ok()?;
        let is_exact = items.iter().any(shows_fraction);
        let text = Self { items, is_exact, moment: None, rendered: String::new() };
        Some((!format.is_empty()).then_some(text))
    }

    fn at(&mut self, moment: (i64, i32), nanos: u32) -> &str {
        if self.is_exact || self.moment != Some(moment) {
            self.moment = Some(moment);
            self.rendered.clear();
            let utc = DateTime::from_timestamp(moment.0, nanos);
            let zone = FixedOffset::east_opt(moment.1);
            if let Some((utc, zone)) = utc.zip(zone) {
                let local = utc.with_timezone(&zone);
                let _ = write!(self.rendered, "{}", local.format_with_items(self.items.iter()));
            }
        }
        &self.rendered
    }
}

const fn shows_fraction(item: &Item<'_>) -> bool {
    match item {
        Item::Numeric(numeric, _) => matches!(numeric, Numeric::Nanosecond),
        Item::Fixed(fixed) => matches!(
            fixed,
            Fixed::Nanosecond
                | Fixed::Nanosecond3
                | Fixed::Nanosecond6
                | Fixed::Nanosecond9
                | Fixed::RFC3339
                | Fixed::Internal(_)
        ),
        _ => false,
    }
}
