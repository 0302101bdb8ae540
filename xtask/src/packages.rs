//! What a user pays in packages, counted beside a program that has tokio and tracing already.

use std::collections::BTreeSet;
use std::fs;

use crate::Failure;
use crate::command::Run;
use crate::project::Project;
use crate::report::{Outcome, Step, Stop};
use crate::test;

/// A user's program, and how many packages it may have.
struct Budget {
    name: &'static str,
    /// The line that brings us in, without the braces around it.
    ours: &'static str,
    /// Of the whole tree, or only of what comes on top of the user's own.
    whole: bool,
    most: usize,
}

const BUDGETS: &[Budget] = &[
    Budget {
        name: "features log, tracing: on top of the user's own",
        ours: "default-features = false, features = [\"log\", \"tracing\"]",
        whole: false,
        most: 20,
    },
    Budget { name: "default features: the whole tree", ours: "", whole: true, most: 45 },
    Budget {
        name: "default features and control: the whole tree",
        ours: "features = [\"control\"]",
        whole: true,
        most: 60,
    },
];

/// What a user of an async service has before us.
const USER: &str = r#"[package]
name = "user"
edition = "2024"

[workspace]

[dependencies]
tokio = { version = "1", features = ["rt-multi-thread", "time", "sync", "macros", "net", "signal"] }
tracing = "0.1"
tracing-subscriber = "0.3"
"#;

pub fn verb(project: &Project, args: &[String]) -> Result<(), Failure> {
    test::none(args)?;
    let (text, within) = measure(project).map_err(test::told)?;
    println!("{text}");
    if within { Ok(()) } else { Err(Failure::Found) }
}

pub fn step() -> Step {
    Step::new("package budget", check)
}

fn check(project: &Project) -> Outcome {
    match measure(project)? {
        (_, true) => Ok(String::new()),
        (text, false) => Err(Stop::Failed(text)),
    }
}

/// The table for people, and whether every budget is kept.
fn measure(project: &Project) -> Result<(String, bool), String> {
    let own = packages(project, "")?;
    let (mut text, mut within) = (format!("{} packages: the user's own", own.len()), true);
    for budget in BUDGETS {
        let path = project.root.display();
        let comma = if budget.ours.is_empty() { "" } else { ", " };
        let line = format!("ringvisor = {{ path = '{path}'{comma}{} }}\n", budget.ours);
        let all = packages(project, &line)?;
        let added: Vec<&str> = all.difference(&own).map(String::as_str).collect();
        let count = if budget.whole { all.len() } else { added.len() };
        within &= count <= budget.most;
        let verdict = if count <= budget.most { "" } else { "OVER BUDGET: " };
        let Budget { name, most, .. } = budget;
        text += &format!("\n{verdict}{count} of at most {most} packages: {name}");
        text += &format!("\n    adds {}", added.join(", "));
    }
    Ok((text, within))
}

/// The packages, `name version` each, that a user's program with the dependency `line` builds.
fn packages(project: &Project, line: &str) -> Result<BTreeSet<String>, String> {
    let folder = project.target("xtask/user");
    let written = fs::create_dir_all(folder.join("src"))
        .and_then(|()| fs::write(folder.join("src/lib.rs"), ""))
        .and_then(|()| fs::write(folder.join("Cargo.toml"), format!("{USER}{line}")))
        // The same versions as ours; cargo drops from the lock file what the program does not use.
        .and_then(|()| fs::copy(project.path("Cargo.lock"), folder.join("Cargo.lock")));
    written.map_err(|error| format!("{}: {error}", folder.display()))?;
    let tree = Run::cargo(project, "tree --edges normal --prefix none --format {p}");
    let output = tree.folder(&folder).without_env("CARGO_TARGET_DIR").succeed()?;
    Ok(output.lines().filter_map(package).filter(|name| !name.starts_with("user ")).collect())
}

/// `tokio v1.2.3 (proc-macro) (*)` as `tokio 1.2.3`; anything else is a remark of cargo's.
fn package(line: &str) -> Option<String> {
    let mut words = line.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    Some(format!("{name} {version}"))
}
