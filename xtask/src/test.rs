//! The verbs that run steps or programs: `test`, `soak`, `lint`, `docs`, `bench`, `torture`.

use crate::Failure;
use crate::command::Run;
use crate::project::Project;
use crate::report::{self, Step};
use crate::steps::firmware::{BOARDS, Board};
use crate::steps::{self, BENCH, TORTURE};

/// What the arguments of `test` and `soak` choose.
#[derive(Default)]
struct Choice {
    list: bool,
    only: Vec<String>,
}

pub fn test(project: &Project, args: &[String]) -> Result<(), Failure> {
    let steps = steps::test(project).map_err(told)?;
    run_chosen(project, steps, &choice(args)?)
}

pub fn soak(project: &Project, args: &[String]) -> Result<(), Failure> {
    run_chosen(project, steps::soak(), &choice(args)?)
}

pub fn lint(project: &Project, args: &[String]) -> Result<(), Failure> {
    none(args)?;
    let steps = steps::lint(project).map_err(told)?;
    found_nothing(report::run(project, &steps))
}

pub fn docs(project: &Project, args: &[String]) -> Result<(), Failure> {
    none(args)?;
    found_nothing(report::run(project, &[steps::docs::step()]))?;
    println!("{}", project.target("doc/ringvisor/index.html").display());
    Ok(())
}

pub fn bench(project: &Project, args: &[String]) -> Result<(), Failure> {
    pass_through(project, BENCH, args)
}

pub fn torture(project: &Project, args: &[String]) -> Result<(), Failure> {
    pass_through(project, TORTURE, args)
}

pub fn firmware(project: &Project, args: &[String]) -> Result<(), Failure> {
    let mut boards: Vec<&'static Board> = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let name = if arg == "--board" { args.next() } else { None };
        let known = BOARDS.iter().find(|board| Some(board.name) == name.map(String::as_str));
        let names: Vec<&str> = BOARDS.iter().map(|board| board.name).collect();
        let unknown = || Failure::Usage(format!("after --board one of {}", names.join(", ")));
        boards.push(known.ok_or_else(unknown)?);
    }
    if boards.is_empty() {
        boards.extend(BOARDS);
    }
    let steps: Vec<Step> = boards.into_iter().map(steps::firmware::step_with_table).collect();
    found_nothing(report::run(project, &steps))
}

fn pass_through(project: &Project, call: &str, args: &[String]) -> Result<(), Failure> {
    let status = Run::cargo(project, call).args(args).show().map_err(told)?;
    found_nothing(status.success())
}

fn run_chosen(project: &Project, mut steps: Vec<Step>, choice: &Choice) -> Result<(), Failure> {
    let chosen = |step: &Step| choice.only.iter().any(|text| step.name.contains(&**text));
    if !choice.only.is_empty() {
        steps.retain(chosen);
    }
    if steps.is_empty() {
        return Err(Failure::Usage("no step has such a name; --list shows them".to_owned()));
    }
    if choice.list {
        steps.iter().for_each(|step| println!("{}", step.name));
        return Ok(());
    }
    found_nothing(report::run(project, &steps))
}

fn choice(args: &[String]) -> Result<Choice, Failure> {
    let (mut choice, mut args) = (Choice::default(), args.iter());
    while let Some(arg) = args.next() {
        match (arg.as_str(), arg.strip_prefix("--only=")) {
            ("--list", _) => choice.list = true,
            ("--only", _) => {
                let text = args.next();
                let missing = || Failure::Usage("--only needs a text".to_owned());
                choice.only.push(text.ok_or_else(missing)?.clone());
            }
            (_, Some(text)) => choice.only.push(text.to_owned()),
            _ => return Err(Failure::Usage(format!("`{arg}` is not known here"))),
        }
    }
    Ok(choice)
}

/// For verbs without arguments.
pub fn none(args: &[String]) -> Result<(), Failure> {
    match args.first() {
        None => Ok(()),
        Some(arg) => Err(Failure::Usage(format!("`{arg}` is not known here"))),
    }
}

fn found_nothing(good: bool) -> Result<(), Failure> {
    if good { Ok(()) } else { Err(Failure::Found) }
}

/// Prints what went wrong before any step could run.
pub fn told(problem: String) -> Failure {
    eprintln!("{problem}");
    Failure::Found
}
