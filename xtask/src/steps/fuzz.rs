//! The fuzz targets on a stable compiler: their seeds and a number of random inputs.

use std::time::Duration;

use super::tests;
use crate::command::Run;
use crate::report::Step;

/// Random inputs for each target.
pub struct Inputs {
    count: &'static str,
    limit: Duration,
}

pub const SHORT: Inputs = Inputs { count: "10000", limit: Duration::from_secs(10 * 60) };
pub const LONG: Inputs = Inputs { count: "100000000", limit: Duration::from_secs(12 * 60 * 60) };

pub fn step(inputs: Inputs) -> Step {
    Step::new(format!("fuzz targets, {} inputs each", inputs.count), move |project| {
        let call = "test --release --manifest-path fuzz/Cargo.toml";
        let run = Run::cargo(project, call).target_dir("fuzz").limit(inputs.limit);
        tests::count(run.env_default("BOLERO_RANDOM_ITERATIONS", inputs.count))
    })
}
