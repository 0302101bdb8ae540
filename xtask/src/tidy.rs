//! The rules of the project that no compiler checks. Every finding says where, what and how to
//! mend it. Also a test of this package, so that `cargo test --workspace` holds them too.

mod arrows;
mod files;
mod lexer;
mod paths;
mod seams;
mod sizes;
mod source;
mod words;

use std::fmt;

use crate::project::Project;
use crate::report::{Outcome, Step, Stop};
use crate::{Failure, test};
use source::Source;

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Relative to the root.
    path: String,
    /// Counted from 1; 0 where the file as a whole is meant.
    line: usize,
    /// What is wrong.
    rule: String,
    /// How to make it right.
    mend: String,
}

/// A rule about one Rust source.
type Rule = fn(&Source) -> Vec<Finding>;

const RULES: &[Rule] = &[
    arrows::modules,
    sizes::file,
    sizes::functions,
    seams::atomics,
    seams::clock,
    seams::unsafe_code,
    seams::panics,
    seams::unfinished,
    seams::ignored_tests,
    seams::sleeping_tests,
    words::unfinished,
];

pub fn verb(project: &Project, args: &[String]) -> Result<(), Failure> {
    test::none(args)?;
    let findings = findings(project).map_err(test::told)?;
    findings.iter().for_each(|finding| println!("{finding}"));
    println!("{} findings", findings.len());
    if findings.is_empty() { Ok(()) } else { Err(Failure::Found) }
}

pub fn step() -> Step {
    Step::new("tidy", check)
}

fn check(project: &Project) -> Outcome {
    let findings: Vec<String> = findings(project)?.iter().map(Finding::to_string).collect();
    if findings.is_empty() { Ok(String::new()) } else { Err(Stop::Failed(findings.join("\n"))) }
}

fn findings(project: &Project) -> Result<Vec<Finding>, String> {
    let mut findings = files::documents(project)?;
    findings.extend(words::places(project)?);
    for path in project.files("", ".rs") {
        let path = project.relative(&path);
        let source = Source::new(&path, &project.read(&path)?);
        findings.extend(RULES.iter().flat_map(|rule| rule(&source)));
        findings.extend(files::name(&path));
    }
    findings.sort();
    Ok(findings)
}

impl Finding {
    fn new(path: &str, line: usize, rule: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule: rule.into(), mend: mend.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.path, self.line, self.rule, self.mend)
    }
}

#[cfg(test)]
mod tests;
