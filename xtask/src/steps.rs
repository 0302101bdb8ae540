//! What `cargo xtask test` runs, in order: what answers in seconds first, what builds in folders
//! of its own last.

pub mod docs;
mod embassy;
mod examples;
pub mod firmware;
mod fuzz;
mod licences;
mod lint;
mod models;
mod msrv;
mod no_std;
mod tests;
mod thumb;
mod torture;

use crate::packages;
use crate::project::Project;
use crate::report::Step;
use crate::tidy;

/// The cargo call that measures ours beside the rivals.
pub const BENCH: &str =
    "run --release --manifest-path benches/peers/Cargo.toml --target-dir target/peers --";

/// The cargo call of the program that tries to break the ring from all sides.
pub const TORTURE: &str = "run --release --all-features --example torture --";

/// A choice of features: how it is called in a step's name, and the arguments that make it.
#[derive(Clone)]
pub struct Features {
    pub name: String,
    pub args: String,
}

/// Every check of the project, in its short form.
pub fn test(project: &Project) -> Result<Vec<Step>, String> {
    let mut steps = lint(project)?;
    steps.extend(licences::steps());
    steps.push(packages::step());
    steps.extend(tests::steps());
    steps.push(docs::step());
    steps.push(examples::step());
    steps.extend(no_std::steps());
    steps.extend(embassy::steps());
    steps.push(torture::step(torture::SHORT));
    steps.extend(models::steps(models::SHORT));
    steps.push(fuzz::step(fuzz::SHORT));
    steps.push(msrv::step());
    steps.extend(thumb::steps());
    steps.extend(firmware::steps());
    Ok(steps)
}

/// The proofs again, for as long as they can find anything.
pub fn soak() -> Vec<Step> {
    let mut steps = vec![tests::soak(), tests::trace_soak(), tests::black_box_soak()];
    steps.push(torture::step(torture::LONG));
    steps.extend(models::steps(models::LONG));
    steps.push(fuzz::step(fuzz::LONG));
    steps
}

/// What needs no test to run.
pub fn lint(project: &Project) -> Result<Vec<Step>, String> {
    let mut steps = vec![tidy::step(), lint::shell(), lint::format()];
    steps.extend(feature_sets(project)?.into_iter().map(lint::clippy));
    Ok(steps)
}

/// Default, all, none, and each single feature.
fn feature_sets(project: &Project) -> Result<Vec<Features>, String> {
    let set = |name: &str, args: &str| Features { name: name.to_owned(), args: args.to_owned() };
    let single = |name: String| set(&name, &format!("--no-default-features --features {name}"));
    let mut sets = vec![
        set("default", "--workspace"),
        set("all features", "--all-features"),
        set("no features", "--no-default-features"),
    ];
    sets.extend(project.features()?.into_iter().map(single));
    Ok(sets)
}
