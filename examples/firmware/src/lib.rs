//! What the programs of this package share: the board they run on.
//!
//! A board has a UART that is written and read by polling, and a timer that counts the processor's
//! cycles. `cargo xtask firmware` runs each program in `src/bin` under QEMU and compares what comes
//! out of the UART with the file of the same name in `golden`.

#![no_std]

mod board;
pub mod count;
mod driver;
pub mod executor;
pub mod panic;
pub mod script;
pub mod time;
mod uart;

pub use board::{HZ, NAME};
pub use uart::Uart;

use core::ffi::CStr;

use cortex_m_semihosting::debug::{self, EXIT_FAILURE, EXIT_SUCCESS};
use cortex_m_semihosting::syscall;

/// Sets the board up: the UART, and the timer with its interrupt.
pub fn start() {
    board::start_uart();
    time::start();
}

/// Saves the memory of `value` in a file of the emulator's, as a probe would; nobody else may write to it
/// meanwhile.
pub fn save<T>(file: &CStr, value: &'static T) {
    const WRITE_BINARY: usize = 5;
    // SAFETY: the calls read the name and the memory, which both live on, and nothing else.
    unsafe {
        let file = syscall!(OPEN, file.as_ptr(), WRITE_BINARY, file.count_bytes());
        syscall!(WRITE, file, core::ptr::from_ref(value), size_of::<T>());
        syscall!(CLOSE, file);
    }
}

/// Ends the emulator; what it is told becomes the exit code.
pub fn exit(good: bool) -> ! {
    debug::exit(if good { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}
