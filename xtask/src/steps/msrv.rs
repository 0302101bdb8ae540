//! The library checked with the very compiler that `rust-version` promises.

use crate::command::Run;
use crate::project::Project;
use crate::report::{Outcome, Step};
use crate::rust;

pub fn step() -> Step {
    Step::new("oldest compiler", check)
}

fn check(project: &Project) -> Outcome {
    let compiler = rust::exactly(project, &project.rust_version()?)?;
    let call = Run::cargo(project, "check --lib --all-features");
    call.target_dir("msrv").env("RUSTC", &compiler.rustc).succeed()?;
    Ok(compiler.version)
}
