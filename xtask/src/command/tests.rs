use std::time::{Duration, Instant};

use super::Run;
use crate::project::Project;

fn shell<'a>(project: &'a Project, script: &str) -> Run<'a> {
    Run::new(project, "sh").args(["-c", script])
}

#[test]
fn a_failing_program_shows_its_command_and_all_it_printed() {
    let project = Project::here();
    let error = shell(&project, "echo out; echo err >&2; exit 3").succeed().unwrap_err();
    assert!(error.starts_with("$ sh -c echo out"), "{error}");
    assert!(error.contains("\nout\nerr\n") && error.contains("exit status: 3"), "{error}");
}

#[test]
fn a_program_that_hangs_is_killed_with_all_it_started() {
    let project = Project::here();
    let call = shell(&project, "sleep 600 & echo $!; wait").limit(Duration::from_millis(300));
    let error = call.end().map(|ended| ended.output).unwrap_err();
    assert!(error.contains("killed after 300ms"), "{error}");
    let child = error.lines().find_map(|line| line.parse::<u32>().ok()).expect("its pid");
    let state = || std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
    let deadline = Instant::now() + Duration::from_secs(60);
    // The kernel takes its time to bury it.
    while !state().is_empty() && !state().contains(") Z ") {
        assert!(Instant::now() < deadline, "still there: {}", state());
        std::thread::yield_now();
    }
}
