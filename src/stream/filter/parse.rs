//! The grammar: texts into directives.

use core::ops::Range;
use std::string::ToString;
use std::vec::Vec;

use crate::record::LevelFilter;

use super::Directives;
use super::error::{DirectiveError, DirectiveErrorKind as Kind};

const BRACKETS: [char; 4] = ['[', ']', '{', '}'];

pub(super) fn parse(text: &str) -> (Directives, Vec<DirectiveError>) {
    let mut directives = Directives { default: None, targets: Vec::new() };
    let mut errors = Vec::new();
    let (list, message_filter) = split(text);
    for part in list {
        match directive(&text[part.clone()]) {
            Ok(Directive::Default(level)) => directives.set_default(level),
            Ok(Directive::Target(target, level)) => directives.insert(target, level),
            Err((at, kind)) => errors.push(error(text, part, at, kind)),
        }
    }
    if let Some(part) = message_filter {
        errors.push(error(text, part, 0, Kind::MessageFilter));
    }
    (directives, errors)
}

/// Whether a directive can name this target.
pub(super) fn check_target(target: &str) -> Result<(), DirectiveError> {
    let special = |c| matches!(c, ',' | '=' | '/') || BRACKETS.contains(&c);
    let blank_end = target.trim_end().len();
    let fault = if target.is_empty() {
        (0, Kind::NoTarget)
    } else if target.starts_with(char::is_whitespace) {
        (0, Kind::NotATarget)
    } else if let Some(at) = target.find(special) {
        (at, Kind::NotATarget)
    } else if blank_end < target.len() {
        (blank_end, Kind::NotATarget)
    } else {
        return Ok(());
    };
    Err(error(target, 0..target.len(), fault.0, fault.1))
}

enum Directive<'a> {
    Default(LevelFilter),
    Target(&'a str, LevelFilter),
}

/// Reads one trimmed, non-empty directive; a fault comes with its byte offset.
fn directive(text: &str) -> Result<Directive<'_>, (usize, Kind)> {
    if let Some(at) = text.find(BRACKETS) {
        return Err((at, Kind::SpanOrField));
    }
    let Some((target, value)) = text.split_once('=') else {
        return bare(text);
    };
    if let Some(second) = value.find('=') {
        return Err((target.len() + 1 + second, Kind::SecondEquals));
    }
    let (target, name) = (target.trim_end(), value.trim_start());
    match name {
        _ if target.is_empty() => Err((0, Kind::NoTarget)),
        "" => Ok(Directive::Target(target, LevelFilter::Trace)),
        name => {
            let level = level(name).ok_or((text.len() - name.len(), Kind::NotALevel))?;
            Ok(Directive::Target(target, level))
        }
    }
}

/// Reads a directive without `=`: a level or a target.
fn bare(text: &str) -> Result<Directive<'_>, (usize, Kind)> {
    match level(text) {
        Some(level) => Ok(Directive::Default(level)),
        None if is_number(text) => Err((0, Kind::NotALevel)),
        None => Ok(Directive::Target(text, LevelFilter::Trace)),
    }
}

fn level(text: &str) -> Option<LevelFilter> {
    if is_number(text) {
        let number = text.parse().ok()?;
        (number <= LevelFilter::Trace as u8).then(|| LevelFilter::from_u8(number))
    } else {
        text.parse().ok()
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Finds the non-empty directives, trimmed, and the message filter: a `/` and all after it.
///
/// A comma or slash between brackets separates nothing, so that a span directive is reported as
/// the whole that it is.
fn split(text: &str) -> (Vec<Range<usize>>, Option<Range<usize>>) {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut end) = (0, 0_usize, text.len());
    for (at, c) in text.char_indices() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(start..at);
                start = at + 1;
            }
            '/' if depth == 0 => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    parts.push(start..end);
    let message_filter = (end < text.len()).then_some(end..text.len());
    (parts.into_iter().filter_map(|part| trimmed(text, part)).collect(), message_filter)
}

fn trimmed(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let words = text[part.clone()].trim_start();
    let start = part.end - words.len();
    let end = start + words.trim_end().len();
    (start < end).then_some(start..end)
}

fn error(text: &str, part: Range<usize>, at: usize, kind: Kind) -> DirectiveError {
    let column = text[..part.start + at].chars().count() + 1;
    DirectiveError { text: text.to_string(), directive: part, column, kind }
}
