//! Licences, forbidden packages and duplicate versions, by the lists of `deny.toml`.
//!
//! cargo-deny reads the same file and knows more (advisories, sources), but takes minutes to
//! build; it runs where it is installed, and this always.

use std::collections::BTreeMap;
use std::env;

use crate::command::Run;
use crate::manifest::Manifest;
use crate::project::Project;
use crate::report::{Outcome, Step, Stop};

pub fn steps() -> Vec<Step> {
    let mut steps =
        vec![Step::new("licences", licences), Step::new("forbidden and duplicate packages", bans)];
    // Not a step that is skipped: the two above stand in for it.
    if installed("cargo-deny") {
        steps.push(Step::new("cargo-deny", deny));
    }
    steps
}

fn installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).exists())
}

fn deny(project: &Project) -> Outcome {
    Run::cargo(project, "deny --all-features check bans licenses sources").succeed()?;
    Ok(String::new())
}

fn lists(project: &Project) -> Result<Manifest, String> {
    project.read("deny.toml").map(|text| Manifest::parse(&text))
}

fn licences(project: &Project) -> Outcome {
    let allowed = lists(project)?.strings("licenses", "allow");
    let call = "tree --workspace --all-features --target all --prefix none --format {p}|{l}";
    let tree = Run::cargo(project, call).succeed()?;
    let packages: BTreeMap<&str, &str> =
        tree.lines().filter_map(|line| line.split_once('|')).collect();
    let bad = packages.iter().filter(|(_, licence)| !allows(&allowed, licence));
    let bad: Vec<String> = bad.map(|(package, licence)| format!("{package}: {licence}")).collect();
    if bad.is_empty() {
        return Ok(format!("{} packages", packages.len()));
    }
    let text = "not allowed by deny.toml; add the licence there or drop the package:";
    Err(Stop::Failed(format!("{text}\n{}", bad.join("\n"))))
}

/// Whether an SPDX expression can be met by `allowed` licences alone. `/` is an old way to write
/// OR; AND binds tighter than OR.
fn allows(allowed: &[String], expression: &str) -> bool {
    let expression = expression.trim_end_matches(" (*)").replace('/', " OR ");
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any_of(allowed, &mut words) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(allowed: &[String], words: &mut Words<'_>) -> bool {
    let mut good = all_of(allowed, words);
    while words.next_if_eq(&"OR").is_some() {
        good |= all_of(allowed, words);
    }
    good
}

fn all_of(allowed: &[String], words: &mut Words<'_>) -> bool {
    let mut good = one(allowed, words);
    while words.next_if_eq(&"AND").is_some() {
        good &= one(allowed, words);
    }
    good
}

fn one(allowed: &[String], words: &mut Words<'_>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let good = any_of(allowed, words);
        return words.next() == Some(")") && good;
    }
    let name = words.next().unwrap_or_default();
    // An exception only ever adds rights.
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    allowed.iter().any(|licence| licence == name)
}

fn bans(project: &Project) -> Outcome {
    let lists = lists(project)?;
    let (denied, skipped) = (lists.strings("bans", "deny"), lists.strings("bans", "skip"));
    let versions = versions(project)?;
    let mut problems = Vec::new();
    for (name, versions) in &versions {
        if denied.contains(name) {
            problems.push(format!("{name} is denied by deny.toml"));
        }
        if versions.len() > 1 && !skipped.contains(name) {
            let versions = versions.join(", ");
            problems.push(format!("{name} comes twice, {versions}: see `cargo tree -d`"));
        }
    }
    if problems.is_empty() { Ok(String::new()) } else { Err(Stop::Failed(problems.join("\n"))) }
}

/// What a user of all features builds on this machine, by name.
fn versions(project: &Project) -> Result<BTreeMap<String, Vec<String>>, String> {
    let call = "tree --package ringvisor --all-features --edges normal,build --prefix none";
    let tree = Run::cargo(project, call).succeed()?;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
        let versions = found.entry(name.to_owned()).or_default();
        if !versions.iter().any(|known| known == version) {
            versions.push(version.to_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn an_expression_is_met_by_allowed_licences_alone() {
        let allowed = ["MIT".to_owned(), "Zlib".to_owned()];
        let met = |expression| allows(&allowed, expression);
        assert!(met("MIT"));
        assert!(met("MIT OR GPL-3.0"));
        assert!(met("GPL-3.0/MIT"));
        assert!(met("(MIT OR GPL-3.0) AND Zlib"));
        assert!(met("MIT WITH LLVM-exception OR GPL-3.0 (*)"));
        assert!(!met("MIT AND GPL-3.0"));
        assert!(!met("GPL-3.0 OR MIT AND GPL-2.0"));
        assert!(!met("(MIT"));
        assert!(!met(""));
    }
}
