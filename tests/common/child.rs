//! Runs one test of a test binary again, in a process of its own.

use std::env;
use std::process::Command;

/// Tells the child that it is one.
const MARK: &str = "RINGVISOR_TEST_CHILD";

/// Whether this process is the one that [`command`] starts.
pub(crate) fn is_here() -> bool {
    env::var_os(MARK).is_some()
}

/// This binary again, for the test of that name alone, with nothing of ours in its environment.
pub(crate) fn command(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("the test knows its own path"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(MARK, "1");
    for var in ["RUST_LOG", "RINGVISOR_RING", "RINGVISOR_STDERR", "RINGVISOR_STDOUT", "NO_COLOR"] {
        command.env_remove(var);
    }
    command
}
