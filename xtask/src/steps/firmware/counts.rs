//! What things cost on a board: exact instructions, and bytes of flash.
//!
//! Each board has its tables in `examples/firmware/counts`, under the compiler that they were made
//! with. With that compiler the figures are the same on any machine, so they are compared for
//! equality; with another one only the bars hold. To renew a table, copy the file that the failure
//! names. Bytes of flash change with everything, and have a bar only.

use std::fs;
use std::path::Path;

use super::{Board, PACKAGE, Setup};
use crate::project::Project;

/// The most that something may cost, on one board.
const BARS: &[(&str, &str, u64)] = &[
    ("lm3s6965evb", "log a literal of 16 bytes", 200),
    ("lm3s6965evb", "log one u32", 560),
    ("lm3s6965evb", "log a text, a u32 and an i32", 1_050),
    ("lm3s6965evb", "poll of a supervised task, clock left out", 80),
    ("microbit", "poll of a supervised task, clock left out", 130),
    ("lm3s6965evb", "bytes of a task", 64),
    ("lm3s6965evb", "bytes that supervision adds to a future", 200),
    ("lm3s6965evb", "bytes of the console's future", 480),
    // 16 KB are wanted.
    ("lm3s6965evb", FLASH, 20 * 1024),
    ("microbit", FLASH, 21 * 1024),
];

const FLASH: &str = "flash of log, tasks and console";

/// Compares what the program `name` printed on a board with its table.
pub fn check(project: &Project, run: &Setup<'_>, name: &str, printed: &str) -> Result<(), String> {
    let (board, compiler) = (run.board, run.version);
    let table = format!("{compiler}\n{printed}");
    within_bars(board, &table)?;
    let file = format!("{}.{name}.txt", board.name);
    let path = format!("{PACKAGE}/counts/{file}");
    let known = fs::read_to_string(project.path(&path)).unwrap_or_default();
    if known.lines().next().is_some_and(|first| first != compiler) || known == table {
        return Ok(());
    }
    let copy = project.target(&format!("xtask/{file}"));
    fs::write(&copy, &table).map_err(|error| format!("{}: {error}", copy.display()))?;
    let copy = project.relative(&copy);
    Err(format!("{path} says\n{known}\nbut it is ({copy})\n{table}"))
}

/// Bytes of flash that log, tasks and console take beside embassy and the program's own code, of
/// programs built into `folder`: what `tasks` has more than `plain`.
pub fn flash(board: &Board, folder: &Path, table: &mut String) -> Result<u64, String> {
    let (plain, tasks) = (loaded(&folder.join("plain"))?, loaded(&folder.join("tasks"))?);
    let flash = tasks.saturating_sub(plain);
    let line = format!("{FLASH:<42} {flash:>5}\n");
    table.push_str(&with_bars(board, &line));
    within_bars(board, &line)?;
    Ok(flash)
}

/// The lines of `table`, and the most that is allowed behind those that have a bar.
pub fn with_bars(board: &Board, table: &str) -> String {
    let bar = |line: &str| {
        let bar = BARS.iter().find(|(name, what, _)| *name == board.name && named(line) == *what);
        bar.map_or(String::new(), |(.., most)| format!("  of at most {most}"))
    };
    table.lines().map(|line| format!("    {line}{}\n", bar(line))).collect()
}

/// What a line of a table is about: its figure stands in the last six columns.
fn named(line: &str) -> &str {
    line.rsplit_once(' ').map_or("", |(what, _)| what.trim_end())
}

/// Whether no line of `table` that has a bar is above it.
fn within_bars(board: &Board, table: &str) -> Result<(), String> {
    for (_, what, most) in BARS.iter().filter(|(name, ..)| *name == board.name) {
        let Some(line) = table.lines().find_map(|line| line.strip_prefix(what)) else { continue };
        let cost = line.trim().parse().unwrap_or(u64::MAX);
        if cost > *most {
            return Err(format!("{what}: {cost}, and at most {most} is allowed\n{table}"));
        }
    }
    Ok(())
}

/// Bytes that a program takes in flash: what its ELF file has for the segments to be loaded.
fn loaded(program: &Path) -> Result<u64, String> {
    const LOADED: u32 = 1;
    let bytes = fs::read(program).map_err(|error| format!("{}: {error}", program.display()))?;
    let word = |at: usize| {
        let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
        word.map(u32::from_le_bytes).unwrap_or_default()
    };
    let (start, size) = (word(28) as usize, word(42) as usize & 0xffff);
    let count = word(44) as usize & 0xffff;
    let segments = (0..count).map(|index| start + index * size);
    let loaded = segments.filter(|&at| word(at) == LOADED);
    Ok(loaded.map(|at| u64::from(word(at + 16))).sum())
}
