//! Firmware for real cores, run under QEMU: what each program prints is compared with what its
//! source says it prints, as for the [`examples`](super::examples).

mod counts;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::command::Run;
use crate::project::Project;
use crate::qemu;
use crate::report::{Outcome, Step, Stop};
use crate::rust::{self, Compiler};

use super::examples;

/// A board that QEMU knows, and the target of its core.
pub struct Board {
    pub name: &'static str,
    target: &'static str,
}

pub const BOARDS: &[Board] = &[
    Board { name: "microbit", target: "thumbv6m-none-eabi" },
    Board { name: "lm3s6965evb", target: "thumbv7m-none-eabi" },
    Board { name: "mps2-an386", target: "thumbv7em-none-eabihf" },
    Board { name: "mps2-an505", target: "thumbv8m.main-none-eabihf" },
];

/// The programs that count instructions.
const COSTS: &[&str] = &["cost", "cost_defmt"];

/// The program that leaves a dump of its memory, and what reads that.
const DUMP: &str = "dump";
const DECODE: &str =
    "run --quiet --all-features --example decode_dump -- target/xtask/dump.bin blink pump";

const PACKAGE: &str = "examples/firmware";
const BUILD: &str = "build --release --bins --manifest-path examples/firmware/Cargo.toml --target";
/// A program that runs for longer hangs; the longest takes a few seconds.
const LIMIT: Duration = Duration::from_secs(120);

/// What QEMU itself says about a timer that a board does not use.
const NOISE: &str = "Timer with period zero, disabling\n";

pub fn steps() -> Vec<Step> {
    BOARDS.iter().map(|board| step(board, |project, board| run_all(project, board).0)).collect()
}

/// The same for one board, with its table of costs, whether or not something else failed.
pub fn step_with_table(board: &'static Board) -> Step {
    step(board, |project, board| match run_all(project, board) {
        (Ok(remark), table) => Ok(format!("PASS, {remark}\n{table}")),
        (Err(Stop::Failed(why)), table) => Err(Stop::Failed(format!("{why}\n\n{table}"))),
        (skipped, _) => skipped,
    })
}

fn step(board: &'static Board, run: fn(&Project, &Board) -> Outcome) -> Step {
    Step::new(format!("firmware, {}", board.name), move |project| run(project, board))
}

/// Builds all programs for one board and runs them; also returns what they cost.
fn run_all(project: &Project, board: &Board) -> (Outcome, String) {
    let mut table = String::new();
    (try_all(project, board, &mut table), table)
}

fn try_all(project: &Project, board: &Board, table: &mut String) -> Outcome {
    let qemu = qemu::arm(project)?;
    let compiler = rust::with_target(project, board.target)?;
    build(project, board, &compiler)?;
    let programs = programs(project);
    let setup = Setup { project, board, qemu, version: &compiler.version };
    let mut problems = Vec::new();
    for program in &programs {
        problems.extend(setup.run(program, table).err());
    }
    match counts::flash(board, &setup.folder(), table) {
        Ok(flash) if problems.is_empty() => {
            let count = programs.len();
            return Ok(format!("{count} programs, {flash} bytes of flash, {}", compiler.version));
        }
        flash => problems.extend(flash.err()),
    }
    Err(Stop::Failed(problems.join("\n\n")))
}

fn build(project: &Project, board: &Board, compiler: &Compiler) -> Result<(), Stop> {
    let linker = format!("CARGO_TARGET_{}_LINKER", shouted(board.target));
    let call = Run::cargo(project, BUILD).arg(board.target).target_dir("firmware");
    let call = call.env("RUSTC", &compiler.rustc).env(&linker, rust::linker(project)?);
    call.env("CARGO_ENCODED_RUSTFLAGS", rust::same_paths(project)).succeed()?;
    Ok(())
}

fn shouted(target: &str) -> String {
    target.replace(['-', '.'], "_").to_uppercase()
}

fn programs(project: &Project) -> Vec<PathBuf> {
    project.files(&format!("{PACKAGE}/src/bin"), ".rs")
}

/// What programs are run with.
struct Setup<'a> {
    project: &'a Project,
    board: &'a Board,
    qemu: PathBuf,
    version: &'a str,
}

impl<'a> Setup<'a> {
    /// Runs one program and compares what it prints; the board's name stands there as `BOARD`. What
    /// it counts goes into `table` too.
    fn run(&self, program: &Path, table: &mut String) -> Result<(), String> {
        let Self { project, board, .. } = *self;
        let name = program.file_stem().unwrap_or_default().to_string_lossy();
        let text = project.read(&project.relative(program))?;
        let nothing =
            || format!("{name}: its source does not end with `// Output:` and what follows");
        let expected = examples::expected(&text).ok_or_else(nothing)?;
        let ended = self.emulated(&self.folder().join(&*name)).end()?;
        let printed = ended.output.replace(board.name, "BOARD").replace(NOISE, "");
        if !expected.fits(&printed) {
            let name = format!("{name}-{}", board.name);
            return Err(examples::kept(project, &name, &printed, &expected));
        }
        if !ended.status.success() {
            return Err(format!("{name} on {}: {}\n{printed}", board.name, ended.status));
        }
        if name == DUMP {
            self.decode_dump(&printed)?;
        }
        if COSTS.contains(&&*name) {
            table.push_str(&counts::with_bars(board, &printed));
            counts::check(project, self, &name, &printed)?;
        }
        Ok(())
    }

    /// Whether the lines that an example on this machine reads in the dump stand in what was printed.
    fn decode_dump(&self, printed: &str) -> Result<(), String> {
        let read = Run::cargo(self.project, DECODE).succeed()?;
        let lines = printed.replace('\r', "");
        let says = || format!("{DUMP}: a PC reads\n{read}\nand the board has printed\n{lines}");
        if read.is_empty() || !lines.contains(&read) { Err(says()) } else { Ok(()) }
    }

    /// Where the programs are built.
    fn folder(&self) -> PathBuf {
        self.project.target(&format!("firmware/{}/release", self.board.target))
    }

    /// An instruction takes 128 ns of the board's time, so that what is measured is exact, and time
    /// jumps ahead while the processor sleeps.
    fn emulated(&self, built: &Path) -> Run<'a> {
        let run = Run::new(self.project, &self.qemu).args(["-machine", self.board.name]);
        run.args(["-nographic", "-monitor", "none", "-serial", "stdio"])
            .args(["-semihosting-config", "enable=on,target=native"])
            .args(["-icount", "shift=7,sleep=off", "-kernel"])
            .arg(built)
            .limit(LIMIT)
    }
}
