//! Proof that nothing in the dependency graph links std or alloc, on the host, with any compiler.
//!
//! `tests/no_std` is a static library with a panic handler and no allocator. A crate that links
//! std brings a second panic handler; one that links alloc asks for the missing allocator. Both
//! are errors, and the step shows that they are: the guard must refuse to build when it names
//! them itself.

use crate::command::Run;
use crate::project::Project;
use crate::report::{Outcome, Step, Stop};

/// What the guard is built with.
const MUST_BUILD: &[&str] = &["", "log", "board"];

/// A feature of the guard, and what the compiler must say to it.
const MUST_FAIL: &[(&str, &str)] = &[
    ("std-bites", "found duplicate lang item `panic_impl`"),
    ("alloc-bites", "no global memory allocator found"),
];

pub fn steps() -> Vec<Step> {
    vec![Step::new("no std, no alloc", builds), Step::new("the no_std guard bites", bites)]
}

fn builds(project: &Project) -> Outcome {
    for features in MUST_BUILD {
        guard(project, features).succeed()?;
    }
    Ok(String::new())
}

fn bites(project: &Project) -> Outcome {
    for (feature, message) in MUST_FAIL {
        let ended = guard(project, feature).end()?;
        if ended.status.success() || !ended.output.contains(message) {
            let text = format!("with `{feature}` the guard must fail with: {message}");
            return Err(Stop::Failed(format!("{text}\n{}", ended.output)));
        }
    }
    Ok(String::new())
}

fn guard<'a>(project: &'a Project, features: &str) -> Run<'a> {
    let call = "build --manifest-path tests/no_std/Cargo.toml --features";
    Run::cargo(project, call).arg(features).target_dir("no_std")
}
