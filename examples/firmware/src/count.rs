//! How many instructions something takes. Under QEMU with `-icount shift=7` an instruction takes
//! 128 ns of the board's time, so that its timer counts them.

use core::fmt::Write;

use cortex_m::peripheral::SYST;

use crate::{HZ, Uart};

const NS_PER_INSTRUCTION: u64 = 128;
const NS_PER_SECOND: u64 = 1_000_000_000;

/// The timer's ticks in which so many instructions are done.
pub fn ticks(instructions: u32) -> u32 {
    let ns = u64::from(instructions) * NS_PER_INSTRUCTION;
    (ns * u64::from(HZ) / NS_PER_SECOND) as u32
}

/// Instructions that `work` takes; it must end before the timer comes round, a millisecond.
#[inline(never)]
pub fn instructions(work: &mut dyn FnMut()) -> u32 {
    let empty = counted(&mut || {});
    // Once before, so that what happens only the first time is not counted.
    counted(work);
    counted(work) - empty
}

#[inline(never)]
fn counted(work: &mut dyn FnMut()) -> u32 {
    let mut ticks = None;
    while ticks.is_none() {
        let before = SYST::get_current();
        work();
        // A counter that began anew has counted an interrupt too.
        ticks = before.checked_sub(SYST::get_current());
    }
    let ns = u64::from(ticks.unwrap_or(0)) * NS_PER_SECOND / u64::from(HZ);
    ((ns + NS_PER_INSTRUCTION / 2) / NS_PER_INSTRUCTION) as u32
}

/// Prints one line of the table of counts.
pub fn show(what: &str, work: &mut dyn FnMut()) {
    report(what, instructions(work));
}

/// Prints one line of the table.
pub fn report(what: &str, count: u32) {
    let _ = writeln!(Uart, "{what:<42} {count:>5}");
}
