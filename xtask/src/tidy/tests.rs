use super::{Finding, findings};
use crate::project::Project;

#[test]
fn the_project_is_tidy() {
    let findings = findings(&Project::here()).expect("every file can be read");
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(lines.is_empty(), "\n{}", lines.join("\n"));
}
