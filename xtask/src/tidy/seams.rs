//! One seam for each outside effect, and no way for the library to stop a program.

use super::Finding;
use super::lexer::is_word;
use super::paths::{self, NamedPath};
use super::source::Source;

/// The only file that names atomics, whoever provides them.
const ATOMICS: &str = "src/sync.rs";

/// Starts of the files that may read a clock.
const CLOCK: &[&str] = &["src/clock.rs", "src/clock/", "src/supervise/tokio/time.rs"];

/// Starts of the files that may contain `unsafe`.
const UNSAFE: &[&str] = &[
    "src/ring.rs",
    "src/ring/",
    "src/clock.rs",
    "src/clock/",
    "src/context/cell.rs",
    "src/stream/hints/masked.rs",
    "src/supervise/trace",
    // Handlers of signals are installed by calls that are.
    "src/black_box/crash.rs",
    "src/black_box/stop.rs",
    "src/sink/file/hangup.rs",
];

/// Files that may panic outside their tests, each with the reason.
const MAY_PANIC: &[(&str, &str)] = &[
    ("src/builder.rs", "`init` is for `main`, where there is nobody to return an error to"),
    ("src/builder/tasks.rs", "`spawn` stands for `tokio::spawn`, which panics too"),
    ("src/builder/test.rs", "a test that cannot capture has failed"),
    ("src/sink/memory.rs", "its assertions are there to panic"),
];

pub fn atomics(source: &Source) -> Vec<Finding> {
    if !source.is_ours() || source.path == ATOMICS {
        return Vec::new();
    }
    let foreign = |path: &NamedPath| {
        [&["core", "sync", "atomic"][..], &["std", "sync", "atomic"], &["portable_atomic"]]
            .iter()
            .chain(&[&["loom"][..], &["shuttle"]])
            .any(|head| path.starts_with(head))
    };
    let mend = "take them from crate::sync, so that the models see them";
    named(source, foreign, "atomics by another name than crate::sync", mend)
}

pub fn clock(source: &Source) -> Vec<Finding> {
    if !source.is_ours() || starts_with_any(&source.path, CLOCK) {
        return Vec::new();
    }
    let reads = |path: &NamedPath| {
        let clock = ["Instant", "SystemTime", "Utc", "Local"];
        let read = clock.iter().any(|clock| path.ends_with(&[clock, "now"]));
        // A test may wait for a condition with a deadline.
        read && !source.is_test_line(path.line)
    };
    named(source, reads, "a clock is read", "take the time from crate::clock")
}

pub fn unsafe_code(source: &Source) -> Vec<Finding> {
    if !source.is_ours() || starts_with_any(&source.path, UNSAFE) {
        return Vec::new();
    }
    let mend = "only the files of the table may; use what they offer";
    words(source, |_| true, "unsafe", "unsafe code", mend)
}

pub fn panics(source: &Source) -> Vec<Finding> {
    let allowed = MAY_PANIC.iter().any(|(path, _)| *path == source.path);
    if !source.is_ours() || allowed {
        return Vec::new();
    }
    let code = |line| !source.is_test_line(line) && !source.is_constant_line(line);
    let mend = "return a typed error, or write it so that it cannot happen";
    let calls = [".unwrap()", ".expect(", "panic!"];
    calls.iter().flat_map(|call| words(source, code, call, "the library may panic", mend)).collect()
}

pub fn unfinished(source: &Source) -> Vec<Finding> {
    let calls = ["todo!", "unimplemented!"];
    let find = |call: &&str| words(source, |_| true, call, "unfinished code", "finish it");
    calls.iter().flat_map(find).collect()
}

pub fn ignored_tests(source: &Source) -> Vec<Finding> {
    let mend = "run it, move it to `cargo xtask soak`, or delete it";
    words(source, |_| true, "#[ignore", "a test that does not run", mend)
}

pub fn sleeping_tests(source: &Source) -> Vec<Finding> {
    let sleeps =
        |path: &NamedPath| path.ends_with(&["thread", "sleep"]) && source.is_test_line(path.line);
    let mend = "use manual time, or wait for a condition with a deadline";
    named(source, sleeps, "a test that sleeps", mend)
}

fn starts_with_any(path: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| path.starts_with(start))
}

fn named(
    source: &Source,
    wrong: impl Fn(&NamedPath) -> bool,
    rule: &str,
    mend: &str,
) -> Vec<Finding> {
    let paths = paths::named(source);
    let find = |path: &NamedPath| Finding::new(&source.path, path.line, rule, mend);
    paths.iter().filter(|path| wrong(path)).map(find).collect()
}

/// The chosen lines whose code contains `word` as a word of its own.
fn words(
    source: &Source,
    chosen: impl Fn(usize) -> bool,
    word: &str,
    rule: &str,
    mend: &str,
) -> Vec<Finding> {
    let wrong = |(line, code): &(usize, &str)| chosen(*line) && has_word(code, word);
    let find = |(line, _)| Finding::new(&source.path, line, format!("{rule}: `{word}`"), mend);
    source.lines().filter(wrong).map(find).collect()
}

/// Ends of `word` that are no word characters need no boundary.
pub fn has_word(text: &str, word: &str) -> bool {
    let starts = |at: usize| !word.starts_with(is_word) || !text[..at].ends_with(is_word);
    let ends =
        |at: usize| !word.ends_with(is_word) || !text[at + word.len()..].starts_with(is_word);
    text.match_indices(word).any(|(at, _)| starts(at) && ends(at))
}

#[cfg(test)]
mod tests;
