//! Runs steps one after the other and says how each went.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};
use std::{env, io};

use crate::project::Project;

/// One check with a name of its own; the unit in which results are counted.
pub struct Step {
    pub name: String,
    run: Box<dyn Fn(&Project) -> Outcome>,
}

/// How a step went: a remark for its line, which may be empty, or why it did not pass.
pub type Outcome = Result<String, Stop>;

/// Why a step did not pass.
pub enum Stop {
    /// Something is wrong; the text is shown in full.
    Failed(String),
    /// The step cannot run on this machine; the text says why.
    Skipped(String),
}

/// Steps that may be skipped with `CI=true`, because a CI machine cannot have what they need.
/// One line each, with the reason.
const MAY_BE_SKIPPED_IN_CI: &[&str] = &[];

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
    skipped: usize,
}

impl From<String> for Stop {
    fn from(text: String) -> Self {
        Self::Failed(text)
    }
}

impl Step {
    pub fn new(name: impl Into<String>, run: impl Fn(&Project) -> Outcome + 'static) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// Runs all of `steps`, a failing one included, and prints a line for each and a closing line.
/// `true` if none failed.
pub fn run(project: &Project, steps: &[Step]) -> bool {
    let (started, mut tally) = (Instant::now(), Tally::default());
    let strict = env::var("CI").is_ok_and(|value| value == "true" || value == "1");
    for step in steps {
        announce(&step.name);
        let started = Instant::now();
        let outcome = judged((step.run)(project), &step.name, strict);
        print_line(&step.name, &outcome, started.elapsed());
        tally.count(&step.name, &outcome);
    }
    tally.close(started.elapsed())
}

/// Where nothing may be skipped, a skip is a failure.
fn judged(outcome: Outcome, name: &str, strict: bool) -> Outcome {
    match outcome {
        Err(Stop::Skipped(why)) if strict && !MAY_BE_SKIPPED_IN_CI.contains(&name) => {
            Err(Stop::Failed(format!("skipped, which CI=true does not allow: {why}")))
        }
        other => other,
    }
}

/// On a terminal, shows what is running until its line replaces it.
fn announce(name: &str) {
    if io::stdout().is_terminal() {
        print!("running          {name}");
        let _ = io::stdout().flush();
    }
}

fn print_line(name: &str, outcome: &Outcome, took: Duration) {
    if io::stdout().is_terminal() {
        print!("\r\x1b[K");
    }
    let seconds = took.as_secs_f64();
    match outcome {
        Ok(remark) if remark.is_empty() => println!("ok      {seconds:7.1} s  {name}"),
        Ok(remark) => println!("ok      {seconds:7.1} s  {name}: {remark}"),
        Err(Stop::Skipped(why)) => println!("skipped {seconds:7.1} s  {name}: {why}"),
        Err(Stop::Failed(why)) => {
            println!("FAILED  {seconds:7.1} s  {name}\n{}\n", why.trim_end());
        }
    }
    let _ = io::stdout().flush();
}

impl Tally {
    fn count(&mut self, name: &str, outcome: &Outcome) {
        match outcome {
            Ok(_) => self.passed += 1,
            Err(Stop::Skipped(_)) => self.skipped += 1,
            Err(Stop::Failed(_)) => self.failed.push(name.to_owned()),
        }
    }

    fn close(&self, took: Duration) -> bool {
        let (minutes, seconds) = (took.as_secs() / 60, took.as_secs() % 60);
        println!("\n{minutes} min {seconds} s");
        for name in &self.failed {
            println!("failed: {name}");
        }
        println!("{} passed, {} failed, {} skipped", self.passed, self.failed.len(), self.skipped);
        self.failed.is_empty()
    }
}

#[cfg(test)]
mod tests;
