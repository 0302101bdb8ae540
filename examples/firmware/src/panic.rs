//! A panic ends the emulator with an error.

use core::fmt::Write;
use core::panic::PanicInfo;

use crate::Uart;

/// Prints what the panic says and ends the program.
pub fn end(panic: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Uart, "{panic}");
    crate::exit(false)
}
