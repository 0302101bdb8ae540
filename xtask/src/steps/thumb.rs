//! The library built for microcontrollers, where there is a `core` and nothing else.

use crate::command::Run;
use crate::project::Project;
use crate::report::{Outcome, Step};
use crate::rust;

/// Cortex-M3 and up. Cores without compare-and-swap (thumbv6m) join with `portable-atomic`.
const TARGETS: &[&str] = &["thumbv7m-none-eabi"];

const BUILD: &str = "build --lib --no-default-features --features log --target";

pub fn steps() -> Vec<Step> {
    let step = |target: &'static &str| Step::new(*target, |project| build(project, target));
    TARGETS.iter().map(step).collect()
}

fn build(project: &Project, target: &str) -> Outcome {
    let compiler = rust::with_target(project, target)?;
    let call = Run::cargo(project, BUILD).arg(target).target_dir("thumb");
    call.env("RUSTC", &compiler.rustc).succeed()?;
    Ok(compiler.version)
}
