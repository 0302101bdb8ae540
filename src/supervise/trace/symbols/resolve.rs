//! Reads addresses that nobody met on a stack of their own.

use std::format;
use std::string::ToString;
use std::vec::Vec;

use super::{Frames, Inlined, KNOWN, MAX_ADDRESSES, Symbol};
use crate::supervise::trace::stack::Frame;

/// Reads what is not known of these frames. It may take a tenth of a second the first time.
pub(crate) fn resolve(frames: &Frames) {
    for address in frames.addresses() {
        let is_unknown = {
            let known = KNOWN.read();
            known.len() < MAX_ADDRESSES && !known.contains_key(address)
        };
        if is_unknown {
            let read: Inlined = symbols(*address).iter().map(Frame::of).collect();
            KNOWN.write().insert(*address, Some(read));
        }
    }
}

fn symbols(address: usize) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    backtrace::resolve(core::ptr::without_provenance_mut(address), |symbol| {
        let Some(name) = symbol.name() else { return };
        symbols.push(Symbol {
            function: format!("{name:#}"),
            file: symbol.filename().map(|file| file.display().to_string()),
            line: symbol.lineno(),
            column: symbol.colno(),
        });
    });
    if symbols.is_empty() {
        // Nobody else can read it either, as the way back from a signal in a stripped libc.
        symbols.push(Symbol { function: format!("{address:#x}"), ..Symbol::default() });
    }
    symbols
}
