//! Words that must not stand in the project.

use std::fs;

use super::Finding;
use super::seams::has_word;
use super::source::Source;
use crate::project::Project;

/// Marks of unfinished work in comments.
const MARKS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

/// Starts of paths that hold on one machine only: homes, and where machines keep checkouts.
const PLACES: &[&str] =
    &["/home/", "/root/", "/Users/", "/work/", "/workspace/", "/builds/", "/tmp/", "../shared"];

/// The file that has to name them.
const THIS: &str = "xtask/src/tidy/words.rs";

pub fn unfinished(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, comment) in source.comments.iter().enumerate() {
        if source.path != THIS && MARKS.iter().any(|mark| has_word(comment, mark)) {
            let rule = "a mark of unfinished work";
            let mend = "do it, or open an issue and delete the comment";
            findings.push(Finding::new(&source.path, index + 1, rule, mend));
        }
    }
    findings
}

/// Looks at every text file, documents and manifests too.
pub fn places(project: &Project) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    for file in project.files("", "") {
        let path = project.relative(&file);
        let bytes = fs::read(&file).map_err(|error| format!("{path}: {error}"))?;
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if path != THIS {
            findings.extend(lines_with_places(&path, &text));
        }
    }
    Ok(findings)
}

fn lines_with_places(path: &str, text: &str) -> Vec<Finding> {
    let wrong = |(_, line): &(usize, &str)| PLACES.iter().any(|place| starts_in(line, place));
    let find = |(index, _)| {
        let mend = "write it relative to the root, or ask std::env for it";
        Finding::new(path, index + 1, "a path of one machine", mend)
    };
    text.lines().enumerate().filter(wrong).map(find).collect()
}

/// Whether a path that starts with `place` stands in `line`: `a/work/b` is none.
fn starts_in(line: &str, place: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}' | ')' | '*');
    line.match_indices(place).any(|(at, _)| !line[..at].ends_with(inside))
}

#[cfg(test)]
mod tests {
    use super::{Source, lines_with_places, unfinished};

    #[test]
    fn paths_of_a_machine_are_found() {
        assert_eq!(lines_with_places("a", "see /home/me/x\nsee a/home/x").len(), 1);
        assert_eq!(lines_with_places("a", "https://example.org/work/x, frame/work/y").len(), 0);
        assert_eq!(lines_with_places("a", "`/work/x`, \"/tmp/y\"").len(), 1);
    }

    #[test]
    fn marks_are_found_in_comments_only() {
        assert_eq!(unfinished(&Source::new("src/a.rs", "f(); // FIXME: later")).len(), 1);
        assert_eq!(unfinished(&Source::new("src/a.rs", "f(\"TODO\"); // TODOS")).len(), 0);
    }
}
