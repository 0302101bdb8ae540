//! Names of files, and what the documents must say.

use super::Finding;
use crate::project::Project;

/// What the README must tell a newcomer to type.
const FIRST_COMMANDS: &[&str] = &["cargo run --release --example demo", "cargo xtask test"];

/// Lines of ARCHITECTURE.md: it is a map, not a book.
const ARCHITECTURE: usize = 150;

pub fn name(path: &str) -> Option<Finding> {
    let mend = "name it after the folder, beside the folder";
    path.ends_with("/mod.rs").then(|| Finding::new(path, 0, "a mod.rs", mend))
}

pub fn documents(project: &Project) -> Result<Vec<Finding>, String> {
    let readme = project.read("README.md")?;
    let mut findings = first_commands(&readme);
    findings.extend(commands(project, &readme));
    let lines = project.read("ARCHITECTURE.md")?.lines().count();
    if lines > ARCHITECTURE {
        let rule = format!("{lines} lines, at most {ARCHITECTURE}");
        findings.push(Finding::new("ARCHITECTURE.md", 0, rule, "leave details to the code"));
    }
    if !project.read("CHANGELOG.md")?.contains("\n## [Unreleased]\n") {
        let mend = "add the heading `## [Unreleased]`";
        findings.push(Finding::new("CHANGELOG.md", 0, "nowhere to write changes", mend));
    }
    Ok(findings)
}

fn first_commands(readme: &str) -> Vec<Finding> {
    let missing = |command: &&&str| !readme.lines().any(|line| line.trim() == **command);
    let find = |command: &&str| {
        Finding::new("README.md", 0, format!("does not show `{command}`"), "add it")
    };
    FIRST_COMMANDS.iter().filter(missing).map(find).collect()
}

/// Every verb and every example that the README names must exist.
fn commands(project: &Project, readme: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in readme.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let known = match words.as_slice() {
            ["cargo", "xtask", verb, ..] => crate::VERBS.iter().any(|known| known.name == *verb),
            ["cargo", "run", rest @ ..] => {
                let name = rest.iter().skip_while(|word| **word != "--example").nth(1);
                name.is_none_or(|name| project.has(&format!("examples/{name}.rs")))
            }
            _ => true,
        };
        if !known {
            let rule = format!("`{}` does not work", line.trim());
            findings.push(Finding::new("README.md", index + 1, rule, "name what exists"));
        }
    }
    findings
}
