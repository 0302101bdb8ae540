//! Reads a backtrace as `std` renders it in its long form.
//!
//! ```text
//!    5:     0x5642f9454b66 - core::task::wake::Waker::clone
//!                                at library/core/src/task/wake.rs:619:29
//! ```
//!
//! Functions that were inlined into one another have the same address, the innermost first; older
//! compilers leave it out after the first one. `std` promises nothing about this text. What is not
//! understood is left out, and its addresses stay unknown.

use std::string::String;
use std::vec::Vec;

use super::Symbol;

/// Each address with its symbols, in the order of the text.
pub(in crate::supervise::trace) fn frames(text: &str) -> Vec<(usize, Vec<Symbol>)> {
    let mut frames: Vec<(usize, Vec<Symbol>)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(place) = line.strip_prefix("at ") {
            let symbol = frames.last_mut().and_then(|(_, symbols)| symbols.last_mut());
            if let Some(symbol) = symbol.filter(|symbol| symbol.file.is_none()) {
                set_place(symbol, place);
            }
        } else if let Some((address, function)) = numbered(line) {
            add(&mut frames, address, function);
        }
    }
    frames
}

/// Adds to the frame before if the address is the same, or is left out.
fn add(frames: &mut Vec<(usize, Vec<Symbol>)>, address: Option<usize>, function: &str) {
    if address.is_some_and(|address| frames.last().is_none_or(|last| last.0 != address)) {
        frames.push((address.unwrap_or(0), Vec::new()));
    }
    if let Some((_, symbols)) = frames.last_mut() {
        if function != "<unknown>" {
            let function = without_hash(function).into();
            symbols.push(Symbol { function, ..Symbol::default() });
        }
    }
}

/// The address and the function of a line that begins a symbol.
fn numbered(line: &str) -> Option<(Option<usize>, &str)> {
    let (head, function) = line.split_once(" - ").unwrap_or(("", line));
    let (number, address) = match head.split_once(':') {
        Some((number, address)) => (Some(number), address.trim()),
        None => (None, head.trim()),
    };
    if number.is_some_and(|number| number.parse::<u32>().is_err()) {
        return None;
    }
    let address = match address.strip_prefix("0x") {
        Some(digits) => Some(usize::from_str_radix(digits, 16).ok()?),
        None if address.is_empty() && !head.is_empty() => None,
        None => return None,
    };
    Some((address, function.trim()))
}

/// The name without the compiler's `::h0123456789abcdef`.
fn without_hash(function: &str) -> &str {
    match function.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 && u64::from_str_radix(hash, 16).is_ok() => name,
        _ => function,
    }
}

/// `path:line:column`, of which the column, or both, may be missing; a path may hold colons.
fn set_place(symbol: &mut Symbol, place: &str) {
    let (rest, last) = split_number(place);
    let (path, line, column) = match (split_number(rest), last) {
        ((path, Some(line)), Some(column)) => (path, Some(line), Some(column)),
        ((_, None), line) => (rest, line, None),
        ((path, line), None) => (path, line, None),
    };
    symbol.file = Some(String::from(path));
    (symbol.line, symbol.column) = (line, column);
}

fn split_number(text: &str) -> (&str, Option<u32>) {
    match text.rsplit_once(':').map(|(head, tail)| (head, tail.parse())) {
        Some((head, Ok(number))) => (head, Some(number)),
        _ => (text, None),
    }
}
