//! Formatting, clippy, and the syntax of shell scripts.

use super::Features;
use crate::command::Run;
use crate::project::{NESTED, Project};
use crate::report::{Outcome, Step};

pub fn format() -> Step {
    Step::new("rustfmt", check_format)
}

fn check_format(project: &Project) -> Outcome {
    Run::cargo(project, "fmt --all --check").succeed()?;
    for package in NESTED.iter().filter(|package| project.has(package)) {
        let manifest = format!("fmt --check --manifest-path {package}/Cargo.toml");
        Run::cargo(project, &manifest).succeed()?;
    }
    Ok(String::new())
}

pub fn clippy(features: Features) -> Step {
    Step::new(format!("clippy, {}", features.name), move |project| {
        let call = format!("clippy --all-targets {} -- -D warnings", features.args);
        Run::cargo(project, &call).succeed()?;
        Ok(String::new())
    })
}

pub fn shell() -> Step {
    Step::new("shell syntax", check_shell)
}

fn check_shell(project: &Project) -> Outcome {
    let mut scripts = project.files(".ci", "");
    scripts.extend(project.files("", ".sh"));
    for script in &scripts {
        Run::new(project, "bash").arg("-n").arg(script).succeed()?;
    }
    Ok(format!("{} scripts", scripts.len()))
}
