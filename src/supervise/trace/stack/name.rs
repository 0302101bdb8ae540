//! Names of functions as people say them.

use std::borrow::ToOwned;
use std::string::String;
use std::vec::Vec;

/// `demo::verify` of `demo::verify::<u8>::{{closure}}`, of `demo[1f2e]::verify::{async_fn#0}`.
pub(super) fn readable(function: &str) -> String {
    let bare = without_brackets(function);
    let parts: Vec<&str> = bare.split("::").filter(|part| !part.is_empty()).collect();
    let named: Vec<&str> = parts.iter().filter(|part| !part.starts_with('{')).copied().collect();
    if named.is_empty() {
        return parts.last().map_or("?", |part| glue(part)).to_owned();
    }
    named.join("::")
}

/// What the compiler calls a part of a function, in words.
fn glue(part: &str) -> &'static str {
    let kinds = [
        ("{async_fn", "async fn"),
        ("{async_block", "async block"),
        ("{async_closure", "async closure"),
        ("{closure", "closure"),
        ("{{closure", "closure"),
    ];
    kinds.iter().find(|(start, _)| part.starts_with(start)).map_or("?", |(_, word)| word)
}

/// Leaves out generic arguments and hashes; of `<T as Trait>` the type stays.
fn without_brackets(function: &str) -> String {
    let (mut out, mut depth, mut skipping) = (String::new(), 0u32, 0u32);
    let mut rest = function;
    while let Some(c) = rest.chars().next() {
        match c {
            // An arrow is no bracket.
            '-' if rest.starts_with("->") => {
                rest = &rest[2..];
                continue;
            }
            '<' | '[' if skipping == 0 && c == '<' && (out.is_empty() && depth == 0) => depth = 1,
            '<' | '[' => skipping += 1,
            '>' | ']' if skipping > 0 => skipping -= 1,
            '>' if depth > 0 => depth = 0,
            ' ' if depth > 0 && skipping == 0 && rest.starts_with(" as ") => {
                // The trait up to the end of the bracket says nothing that the method does not.
                let end = closing(rest);
                rest = &rest[end..];
                continue;
            }
            _ if skipping == 0 => out.push(c),
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Where the bracket that `text` is in the middle of closes.
fn closing(text: &str) -> usize {
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if text[..at].ends_with('-') => {}
            '>' if depth == 0 => return at,
            '>' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// `tokio::sync::mpsc::bounded` of `tokio-1.54.1/src/sync/mpsc/bounded.rs`.
pub(super) fn module_of(file: &str) -> Option<String> {
    let (package, path) = file.split_once("/src/")?;
    let name = package.rsplit_once('-').map_or(package, |(name, _)| name);
    let path = path.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let mut module = name.replace('-', "_");
    for part in path.split('/').filter(|part| !["lib", "main"].contains(part)) {
        module.push_str("::");
        module.push_str(part);
    }
    Some(module)
}
