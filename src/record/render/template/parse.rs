//! From the text of a template to its parts.

use std::string::String;
use std::vec::Vec;

use super::python;
use super::{Own, Pad, Part, Place, TemplateError, TemplateReason, TimeFormat};

/// The placeholders by name.
const PLACES: [(&str, Place); 18] = [
    ("time", Place::Time),
    ("level", Place::Level),
    ("target", Place::Target),
    ("module", Place::Module),
    ("task", Place::Task),
    ("run", Place::Run),
    ("file", Place::File),
    ("line", Place::Line),
    ("thread", Place::Thread),
    ("pid", Place::Own(Own::Pid)),
    ("process", Place::Own(Own::Process)),
    ("host", Place::Own(Own::Host)),
    ("ip", Place::Own(Own::Ip)),
    ("name", Place::Own(Own::Name)),
    ("message", Place::Message),
    ("fields", Place::Fields),
    ("spans", Place::Spans),
    ("seq", Place::Seq),
];

/// Names of other systems that stand for a placeholder.
const ALIASES: [(&str, Place); 3] =
    [("%loglevel%", Place::Level), ("%time%", Place::Time), ("%file%", Place::FileLine)];

/// Names of other systems that stand for a format of the time.
const TIME_ALIASES: [(&str, &str); 2] = [("%day%", "%Y-%m-%d"), ("%TIMENOW%", "%Y-%m-%d_%H-%M-%S")];

pub(super) fn parse(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Parts::default();
    let mut rest = text;
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let taken = next(rest, &mut parts).map_err(|(behind, reason)| TemplateError {
            template: text.into(),
            at: at + behind,
            reason,
        })?;
        rest = &rest[taken..];
    }
    parts.end_literal();
    Ok(parts.done)
}

/// What is wrong, and how many bytes further on.
pub(super) type Fault = (usize, TemplateReason);

/// Reads one piece at the beginning of `text` and returns its length.
fn next(text: &str, parts: &mut Parts) -> Result<usize, Fault> {
    for (doubled, brace) in [("{{", '{'), ("}}", '}')] {
        if text.starts_with(doubled) {
            parts.literal.push(brace);
            return Ok(doubled.len());
        }
    }
    if let Some(inner) = text.strip_prefix('{') {
        let end = inner.find('}').ok_or((0, TemplateReason::Unclosed))?;
        let part = placeholder(&inner[..end]).map_err(|(at, reason)| (at + 1, reason))?;
        parts.push(part);
        return Ok(end + 2);
    }
    if text.starts_with('}') {
        return Err((0, TemplateReason::Unopened));
    }
    if let Some((len, part)) = alias(text) {
        parts.push(part);
        return Ok(len);
    }
    if let Some(inner) = text.strip_prefix("%(") {
        let (len, part) = python::placeholder(inner).map_err(|(at, reason)| (at + 2, reason))?;
        part.into_iter().for_each(|part| parts.push(part));
        return Ok(len + 2);
    }
    // One char, which may be a percent sign without a meaning, and the plain text behind it.
    let mut chars = text.chars();
    parts.literal.extend(chars.next());
    let behind = chars.as_str();
    let plain = &behind[..behind.find(['{', '}', '%']).unwrap_or(behind.len())];
    parts.literal.push_str(plain);
    Ok(text.len() - behind.len() + plain.len())
}

/// Reads what stands between braces.
fn placeholder(text: &str) -> Result<Part, Fault> {
    let (name, spec) = match text.split_once(':') {
        Some((name, spec)) => (name, Some(spec)),
        None => (text, None),
    };
    let found = PLACES.iter().find(|(known, _)| *known == name);
    let (_, place) = found.ok_or((0, TemplateReason::UnknownName))?;
    let behind = name.len() + 1;
    match (place, spec) {
        (_, None) => Ok(Part::Place(*place, Pad::NONE)),
        (Place::Time, Some(spec)) if spec.contains('%') => {
            let time = TimeFormat::parse(spec).ok_or((behind, TemplateReason::Time))?;
            Ok(Part::Time(time, Pad::NONE))
        }
        (_, Some(spec)) => {
            let pad = Pad::parse(spec).ok_or((behind, TemplateReason::Width))?;
            Ok(Part::Place(*place, pad))
        }
    }
}

fn alias(text: &str) -> Option<(usize, Part)> {
    if !text.starts_with('%') {
        return None;
    }
    let place = ALIASES.iter().find(|(name, _)| text.starts_with(name));
    if let Some((name, place)) = place {
        return Some((name.len(), Part::Place(*place, Pad::NONE)));
    }
    let (name, format) = TIME_ALIASES.iter().find(|(name, _)| text.starts_with(name))?;
    Some((name.len(), Part::Time(TimeFormat::parse(format)?, Pad::NONE)))
}

#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    literal: String,
}

impl Parts {
    fn push(&mut self, part: Part) {
        self.end_literal();
        self.done.push(part);
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.done.push(Part::Literal(core::mem::take(&mut self.literal)));
        }
    }
}
