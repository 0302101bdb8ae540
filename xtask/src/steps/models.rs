//! loom and shuttle: the ring's models under every interleaving, or very many.

use std::time::Duration;

use super::tests;
use crate::command::Run;
use crate::report::Step;

/// How far the models are taken.
#[derive(Clone, Copy)]
pub struct Depth {
    /// What the models read, beside what the caller's environment says.
    env: &'static [(&'static str, &'static str)],
    pub limit: Duration,
}

/// Three preemptions find nearly every ordering bug and take minutes, not days.
pub const SHORT: Depth = Depth { env: &[], limit: Duration::from_secs(10 * 60) };

pub const LONG: Depth =
    Depth { env: &[("RINGVISOR_SOAK", "1")], limit: Duration::from_secs(12 * 60 * 60) };

pub fn steps(depth: Depth) -> Vec<Step> {
    vec![step("loom", depth), step("shuttle", depth)]
}

/// `name` is the tool, the tail of its `cfg`, the filter of its tests and its folder in `target/`.
/// The folder is its own because the flag changes every dependency.
fn step(name: &'static str, depth: Depth) -> Step {
    Step::new(name, move |project| {
        let call = format!("test --release --lib --no-default-features --features std {name}");
        let mut run = Run::cargo(project, &call).target_dir(name).limit(depth.limit);
        run = run.env("RUSTFLAGS", format!("--cfg ringvisor_{name}"));
        for (key, value) in depth.env {
            run = run.env_default(key, value);
        }
        tests::count(run)
    })
}
