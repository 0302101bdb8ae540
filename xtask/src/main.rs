//! `cargo xtask VERB`: every command of the project that is more than one cargo call.
//!
//! Std only, so that it builds in a second on a fresh clone. To add a verb: a line in [`VERBS`].

mod command;
mod debian;
mod manifest;
mod packages;
mod project;
mod qemu;
mod report;
mod rust;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

use project::Project;

/// One verb: its name, how it is called, what it does, and the function that does it.
struct Verb {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&Project, &[String]) -> Result<(), Failure>,
}

/// Why a verb ended badly; decides the exit code.
enum Failure {
    /// The work was done and found something; what it found has been printed. Exit code 1.
    Found,
    /// The arguments make no sense. Exit code 2.
    Usage(String),
}

const VERBS: &[Verb] = &[
    Verb {
        name: "test",
        usage: "[--list] [--only TEXT]…",
        about: "run every check; with --only those whose name contains a TEXT",
        run: test::test,
    },
    Verb {
        name: "soak",
        usage: "[--list] [--only TEXT]…",
        about: "run the long forms of the proofs (hours)",
        run: test::soak,
    },
    Verb { name: "lint", usage: "", about: "run rustfmt, clippy and tidy", run: test::lint },
    Verb {
        name: "tidy",
        usage: "",
        about: "check the rules that no compiler checks: arrows, sizes, seams, words",
        run: tidy::verb,
    },
    Verb {
        name: "docs",
        usage: "",
        about: "build the documentation with all features, warnings denied",
        run: test::docs,
    },
    Verb {
        name: "packages",
        usage: "",
        about: "print how many packages a user pays for, and fail when over budget",
        run: packages::verb,
    },
    Verb {
        name: "bench",
        usage: "[--quick] [--json] [--only GROUP,…] [--build-only]",
        about: "measure ours beside the rivals, with the program in benches/peers",
        run: test::bench,
    },
    Verb {
        name: "torture",
        usage: "[--seconds N]",
        about: "try to break the ring from all sides at once",
        run: test::torture,
    },
    Verb {
        name: "firmware",
        usage: "[--board NAME]…",
        about: "run the programs of examples/firmware on emulated boards",
        run: test::firmware,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        eprint!("{}", overview());
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "--help" | "-h" | "help") {
        print!("{}", overview());
        return ExitCode::SUCCESS;
    }
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        eprint!("no verb `{name}`\n\n{}", overview());
        return ExitCode::from(2);
    };
    run(verb, rest)
}

fn run(verb: &Verb, args: &[String]) -> ExitCode {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{}", help(verb));
        return ExitCode::SUCCESS;
    }
    match (verb.run)(&Project::here(), args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Found) => ExitCode::FAILURE,
        Err(Failure::Usage(problem)) => {
            eprint!("{problem}\n\n{}", help(verb));
            ExitCode::from(2)
        }
    }
}

fn help(verb: &Verb) -> String {
    let call = format!("cargo xtask {} {}", verb.name, verb.usage);
    format!("{}: {}\n\nusage: {}\n", verb.name, verb.about, call.trim_end())
}

fn overview() -> String {
    let line = |verb: &Verb| format!("  {:<9} {}\n", verb.name, verb.about);
    let verbs: String = VERBS.iter().map(line).collect();
    format!("usage: cargo xtask VERB [ARGS]…\n\n{verbs}\n`cargo xtask VERB --help` says more.\n")
}
