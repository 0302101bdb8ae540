//! Supervised embassy tasks on this machine: in virtual time, and as a program.

use crate::command::Run;
use crate::project::Project;
use crate::report::{Outcome, Step};

const TESTS: &str = "test --quiet --manifest-path tests/embassy/Cargo.toml";

/// Its standard input is empty, so that the console ends it at once.
const PROGRAM: &str = "run --quiet --manifest-path examples/board_host/Cargo.toml";

pub fn steps() -> Vec<Step> {
    vec![
        Step::new("embassy, virtual time", |project| call(project, TESTS)),
        Step::new("embassy, a board on a PC", |project| call(project, PROGRAM)),
    ]
}

fn call(project: &Project, call: &str) -> Outcome {
    Run::cargo(project, call).target_dir("embassy").succeed()?;
    Ok(String::new())
}
