//! The placeholders of Python's `logging`: `%(levelname)-7s`.

use std::string::ToString;

use super::parse::Fault;
use super::{Own, Pad, Part, Place, TemplateReason, TimeFormat};

const PLACES: [(&str, Place); 15] = [
    ("levelname", Place::Level),
    ("name", Place::Target),
    ("message", Place::Message),
    ("module", Place::Module),
    ("lineno", Place::Line),
    ("filename", Place::FileName),
    ("pathname", Place::File),
    ("process", Place::Own(Own::Pid)),
    ("processName", Place::Own(Own::Process)),
    ("thread", Place::ThreadNumber),
    ("threadName", Place::Thread),
    ("taskName", Place::Task),
    ("host", Place::Own(Own::Host)),
    ("hostname", Place::Own(Own::Host)),
    ("ip", Place::Own(Own::Ip)),
];

/// What stands for a time that has no format.
const TIME: &str = "%Y-%m-%d %H:%M:%S.%3f";

/// Reads what stands behind `%(` and returns its length; no part for what nobody knows here.
pub(super) fn placeholder(text: &str) -> Result<(usize, Option<Part>), Fault> {
    let end = text.find(')').ok_or((0, TemplateReason::Unclosed))?;
    let (name, behind) = (&text[..end], &text[end + 1..]);
    let kind = behind.find(|c: char| c.is_ascii_alphabetic());
    let kind = kind.ok_or((end + 1, TemplateReason::Width))?;
    let pad = pad(&behind[..kind]).ok_or((end + 1, TemplateReason::Width))?;
    if !behind[kind..].starts_with(['s', 'd']) {
        return Err((end + 1 + kind, TemplateReason::Width));
    }
    let part = match name {
        "asctime" => {
            let mut time = TimeFormat::parse(TIME).ok_or((0, TemplateReason::Time))?;
            time.is_default = true;
            Some(Part::Time(time, pad))
        }
        "funcName" => None,
        name => {
            let found = PLACES.iter().find(|(known, _)| *known == name);
            let (_, place) = found.ok_or((0, TemplateReason::UnknownName))?;
            Some(Part::Place(*place, pad))
        }
    };
    Ok((end + 1 + kind + 1, part))
}

/// Python's widths: to the right, unless there is a minus sign.
fn pad(text: &str) -> Option<Pad> {
    match (text, text.strip_prefix('-')) {
        ("", _) => Some(Pad::NONE),
        (_, Some(width)) => Pad::parse(&("<".to_string() + width)),
        (width, None) => Pad::parse(&(">".to_string() + width)),
    }
}
