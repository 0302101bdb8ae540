//! Runs every example and compares what it prints with what its source says it prints.
//!
//! The expected output is the block of `//` comments at the very end of the source, under one of
//! two headings:
//!
//! ```text
//! // Output:
//! // 2023-03-29 12:16:30 [main] [INFO] [-] hello, …
//! // …
//! // Output, in any order:
//! ```
//!
//! `…` inside a line stands for any text: a time, a duration, a process id. A line of nothing but
//! `…` stands for any number of lines. `in any order` is for examples whose threads race. Standard
//! output and standard error are taken together; blanks at line ends do not count. A numbered
//! example must have such a block; the others may.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::command::Run;
use crate::project::Project;
use crate::report::{Outcome, Step, Stop};

/// What an example says that it prints.
pub(super) struct Expected<'a> {
    lines: Vec<&'a str>,
    any_order: bool,
}

const LIMIT: Duration = Duration::from_secs(120);
const ANY: &str = "…";
/// Examples that run although they have no number.
const NAMED: &[&str] = &["demo", "rotating_files"];

pub fn step() -> Step {
    Step::new("examples", run_all)
}

fn run_all(project: &Project) -> Outcome {
    let sources = sources(project);
    if sources.is_empty() {
        return Err(Stop::Failed("there is no examples/[0-9]*.rs and no demo.rs".to_owned()));
    }
    Run::cargo(project, "build --examples --all-features").succeed()?;
    let check = |source: &PathBuf| run_one(project, source).err();
    let problems: Vec<String> = sources.iter().filter_map(check).collect();
    if problems.is_empty() {
        return Ok(format!("{} examples", sources.len()));
    }
    Err(Stop::Failed(problems.join("\n\n")))
}

fn sources(project: &Project) -> Vec<PathBuf> {
    let mut sources = project.files("examples", ".rs");
    let wanted = |path: &PathBuf| {
        let name = stem(path);
        let is_shown = numbered(&name) || NAMED.contains(&name.as_str());
        path.parent() == Some(&project.path("examples")) && is_shown
    };
    sources.retain(wanted);
    sources
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn numbered(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

fn run_one(project: &Project, source: &Path) -> Result<(), String> {
    let name = stem(source);
    let text = project.read(&project.relative(source))?;
    let expected = expected(&text);
    if expected.is_none() && numbered(&name) {
        return Err(format!("{name}: its source does not end with `// Output:` and what follows"));
    }
    let mut run = Run::new(project, project.target(&format!("debug/examples/{name}"))).limit(LIMIT);
    for key in ["RUST_LOG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        run = run.without_env(key);
    }
    // As `cargo run` would set it; inherited, it would be this package's.
    run = run.env("CARGO_MANIFEST_DIR", &project.root);
    let output = run.env("TZ", "UTC").succeed().map_err(|error| format!("{name}: {error}"))?;
    match expected {
        Some(expected) if !expected.fits(&output) => Err(kept(project, &name, &output, &expected)),
        _ => Ok(()),
    }
}

/// Keeps the output in a file, where an editor can take it from, and shows both texts.
pub(super) fn kept(project: &Project, name: &str, output: &str, expected: &Expected<'_>) -> String {
    let file = project.target(&format!("xtask/{name}.out"));
    let written = match fs::write(&file, output) {
        Ok(()) => format!(" ({})", project.relative(&file)),
        Err(_) => String::new(),
    };
    let expected = expected.lines.join("\n");
    format!(
        "{name}: prints something else\n--- expected\n{expected}\n--- printed{written}\n{output}"
    )
}

/// The block at the end of `source`, if there is one.
pub(super) fn expected(source: &str) -> Option<Expected<'_>> {
    let comment = |line: &&str| line.starts_with("//") && !line.starts_with("//!");
    let mut lines: VecDeque<&str> = VecDeque::new();
    for line in source.trim_end().lines().rev().take_while(comment) {
        let text = line.trim_start_matches("//");
        let text = text.strip_prefix(' ').unwrap_or(text).trim_end();
        match text {
            "Output:" => return Some(Expected { lines: lines.into(), any_order: false }),
            "Output, in any order:" => {
                return Some(Expected { lines: lines.into(), any_order: true });
            }
            _ => lines.push_front(text),
        }
    }
    None
}

impl Expected<'_> {
    pub(super) fn fits(&self, output: &str) -> bool {
        let printed: Vec<&str> = output.trim_end().lines().map(str::trim_end).collect();
        if self.any_order {
            fits_shuffled(&self.lines, printed)
        } else {
            fits(&self.lines, &printed)
        }
    }
}

fn fits(expected: &[&str], printed: &[&str]) -> bool {
    match (expected.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((&ANY, rest)), _) => {
            fits(rest, printed)
                || printed.split_first().is_some_and(|(_, later)| fits(expected, later))
        }
        (Some((line, expected)), Some((first, printed))) => {
            line_fits(line, first) && fits(expected, printed)
        }
        _ => false,
    }
}

/// The line with the fewest wildcards chooses first, so that a loose one cannot take its match.
fn fits_shuffled(expected: &[&str], mut printed: Vec<&str>) -> bool {
    let mut lines: Vec<&str> = expected.iter().copied().filter(|line| *line != ANY).collect();
    lines.sort_by_key(|line| line.matches(ANY).count());
    for line in &lines {
        let Some(at) = printed.iter().position(|text| line_fits(line, text)) else { return false };
        printed.remove(at);
    }
    printed.is_empty() || lines.len() < expected.len()
}

fn line_fits(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once(ANY) else { return pattern == text };
    let Some(rest) = text.strip_prefix(head) else { return false };
    let mut starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    starts.any(|at| line_fits(tail, &rest[at..]))
}

#[cfg(test)]
mod tests;
