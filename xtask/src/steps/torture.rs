//! The torture program, for a while.

use std::time::Duration;

use super::TORTURE;
use crate::command::Run;
use crate::report::Step;

pub const SHORT: Duration = Duration::from_secs(3);
pub const LONG: Duration = Duration::from_secs(60 * 60);

/// What building it may take on top.
const BUILD: Duration = Duration::from_secs(10 * 60);

pub fn step(time: Duration) -> Step {
    let seconds = time.as_secs();
    Step::new(format!("torture, {seconds} s"), move |project| {
        let call = format!("{TORTURE} --seconds {seconds}");
        let output = Run::cargo(project, &call).limit(time + BUILD).succeed()?;
        Ok(output.lines().last().unwrap_or_default().to_owned())
    })
}
