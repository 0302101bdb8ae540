//! The tests that cargo knows: unit, integration, documentation.

use crate::command::Run;
use crate::project::Project;
use crate::report::{Outcome, Step, Stop};

/// Name of the step and the call that runs it.
const TESTS: &[(&str, &str)] = &[
    ("tests of xtask", "test -p xtask"),
    ("tests, default", "test"),
    ("tests, all features", "test --all-features"),
    ("tests, no features", "test --no-default-features --lib"),
    // Optimised code is where a wrong memory ordering or a missing volatile shows.
    ("tests of the ring, release", "test --release --lib ring::"),
    // Inlined code has no frames of its own; its lines must be found all the same.
    ("tracebacks, release", "test --release --test tracebacks"),
];

pub fn steps() -> Vec<Step> {
    let step = |(name, call): &'static (&str, &str)| {
        Step::new(*name, |project| count(Run::cargo(project, call)))
    };
    TESTS.iter().map(step).collect()
}

/// The properties with many more cases, and what goes on for long with many more rounds.
pub fn soak() -> Step {
    Step::new("properties, 100,000 cases each", |project: &Project| {
        let call = Run::cargo(project, "test --release --all-features --lib --tests");
        let call = call.env_default("PROPTEST_CASES", "100000").env_default("RINGVISOR_SOAK", "1");
        count(call.limit(super::models::LONG.limit))
    })
}

/// Tasks that are asked without a pause where they wait, for a minute.
pub fn trace_soak() -> Step {
    Step::new("tracebacks under load, 60 s", |project: &Project| {
        let call = Run::cargo(project, "test --release --test trace_stress");
        count(call.env_default("RINGVISOR_STRESS_SECONDS", "60"))
    })
}

/// Boxes damaged in every byte and cut at every offset, and 1,000 processes killed.
pub fn black_box_soak() -> Step {
    Step::new("black box, all damage and 1,000 kills", |project: &Project| {
        let call = "test --release --all-features --lib --test black_box -- damage kill";
        let run = Run::cargo(project, call).env("RINGVISOR_SOAK", "1");
        count(run.limit(super::models::LONG.limit))
    })
}

/// Runs a cargo test call; the remark says how many tests passed. That none ran is a failure: a
/// filter that no longer matches anything would else look like success.
pub fn count(call: Run<'_>) -> Outcome {
    let output = call.succeed()?;
    match passed(&output) {
        0 => Err(Stop::Failed(format!("no test ran\n{output}"))),
        number => Ok(format!("{number} tests")),
    }
}

/// The sum over the lines `test result: ok. 12 passed; …`.
fn passed(output: &str) -> usize {
    let number = |line: &str| {
        line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<usize>().ok()
    };
    output.lines().filter_map(number).sum()
}

#[cfg(test)]
mod unit {
    #[test]
    fn passed_tests_are_summed_over_binaries() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed\n\
                      test result: ok. 40 passed; 0 failed; 1 ignored\n";
        assert_eq!(super::passed(output), 42);
        assert_eq!(super::passed("Finished"), 0);
    }
}
