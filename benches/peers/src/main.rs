//! Measures ringvisor beside its floors and its rivals. README.md says what is compared and how.

mod backends;
mod bars;
mod child;
mod clock;
mod control;
mod driver;
mod duel;
mod floor;
mod history;
mod in_process;
mod job;
mod machine;
mod options;
mod report;
mod rings;
mod stats;
mod suite;
mod supervise;
mod tail;
mod workload;

#[cfg(feature = "ours")]
mod ours;
#[cfg(not(feature = "ours"))]
#[path = "ours_absent.rs"]
mod ours;

use std::env;
use std::io::{self, stdout};
use std::process::ExitCode;

use crate::driver::Driver;
use crate::job::Job;
use crate::options::{Options, USAGE};
use crate::suite::{Group, SUITES};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [first, job @ ..] = args.as_slice()
        && first == "child"
    {
        return match Job::parse(job) {
            Some(job) => child::run(&job),
            None => ExitCode::from(2),
        };
    }
    if let [first, run @ ..] = args.as_slice()
        && first == "supervise"
    {
        return supervise::child(run);
    }
    if args.first().is_some_and(|first| first == "ctl") {
        return ours::control::ctl();
    }
    let options = match Options::parse(&args) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if options.build_only {
        return ExitCode::SUCCESS;
    }
    match measure(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> io::Result<()> {
    let mut lines = Vec::new();
    if options.wants(Group::Ring) {
        eprintln!("rings");
        lines.extend(in_process::run(options.quick));
    }
    let mut driver = Driver::new(options.quick)?;
    for suite in SUITES.iter().filter(|suite| options.wants(suite.group)) {
        lines.extend(driver.run(suite)?);
    }
    if options.wants(Group::Supervise) {
        lines.extend(supervise::run(options.quick)?);
    }
    if options.wants(Group::Control) {
        lines.extend(control::run(options.quick)?);
    }
    let header = machine::describe();
    if options.json {
        eprintln!("{header}");
        return report::json(&lines, &mut stdout().lock());
    }
    println!("{header}\n");
    report::table(&lines, &mut stdout().lock())
}
