//! The log of a board out of a dump of its memory, as a debug probe or a debugger takes it:
//!
//! ```text
//! (gdb) dump binary memory ram.bin 0x20000000 0x20010000
//! $ cargo run --example decode_dump -- ram.bin pump blink
//! ```
//!
//! Behind the file stand the names of the tasks, in the order of the board's `tasks!`.

use core::error::Error;
use std::io::{Write, stdout};
use std::{env, fs};

use ringvisor::RingStream;
use ringvisor::record::{Text, Zone};
use ringvisor::stream::Entry;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let Some(file) = args.next() else {
        println!("usage: decode_dump FILE [TASK]…");
        return Ok(());
    };
    let tasks: Vec<String> = args.collect();
    let (log, salvaged) = RingStream::from_dump("board", &fs::read(&file)?)?;
    let mut text = Text::new(log.name()).zone(Zone::Utc);
    let mut cursor = log.cursor();
    while let Some(entry) = cursor.next() {
        let mut line = String::new();
        match entry {
            Entry::Record(mut record) => {
                if let Some(task) = &mut record.task {
                    let index = usize::try_from(task.id.0)?.wrapping_sub(1);
                    task.name = tasks.get(index).map_or(task.name, String::as_str);
                }
                text.render(&record, &mut line)?;
            }
            Entry::Lost(lost) => line = format!("-- {lost} lost --"),
        }
        writeln!(stdout(), "{line}")?;
    }
    let broken = salvaged.damaged + salvaged.uncommitted;
    if broken > 0 {
        eprintln!("{broken} records are damaged or were never finished");
    }
    Ok(())
}
