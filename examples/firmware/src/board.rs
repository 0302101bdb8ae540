//! The registers that differ from board to board.

#[cfg_attr(board = "microbit", path = "board/microbit.rs")]
#[cfg_attr(any(board = "mps2-an386", board = "mps2-an505"), path = "board/mps2.rs")]
mod lm3s6965evb;

pub use lm3s6965evb::{HZ, NAME};
pub(crate) use lm3s6965evb::{read, start_uart, write};

/// A register of the UART.
struct Register(usize);

impl Register {
    fn read(&self) -> u32 {
        // SAFETY: every `Register` in this module is a register of the UART of the board that this
        // program is linked for; reading it has no effect on memory.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    fn write(&self, value: u32) {
        // SAFETY: as above; writing it has no effect on memory, because the UART uses no DMA.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }
}
