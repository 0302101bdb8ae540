//! Arm's MPS2 boards: AN386 with a Cortex-M4F, AN505 with a Cortex-M33.

use super::Register;

/// The name of the board.
pub const NAME: &str = if IS_M33 { "mps2-an505" } else { "mps2-an386" };
/// Ticks of the timer per second.
pub const HZ: u32 = if IS_M33 { 20_000_000 } else { 25_000_000 };

const IS_M33: bool = cfg!(board = "mps2-an505");
const UART: usize = if IS_M33 { 0x5020_0000 } else { 0x4000_4000 };

const DATA: Register = Register(UART);
const STATE: Register = Register(UART + 4);
const CONTROL: Register = Register(UART + 8);
const DIVISOR: Register = Register(UART + 16);

const SENDER_FULL: u32 = 1;
const RECEIVER_FULL: u32 = 2;
const ENABLED_BOTH_WAYS: u32 = 3;
/// The least that QEMU takes; how fast it is does not matter there.
const FASTEST: u32 = 16;

pub(crate) fn start_uart() {
    DIVISOR.write(FASTEST);
    CONTROL.write(ENABLED_BOTH_WAYS);
}

pub(crate) fn write(byte: u8) {
    while STATE.read() & SENDER_FULL != 0 {}
    DATA.write(byte.into());
}

pub(crate) fn read() -> Option<u8> {
    (STATE.read() & RECEIVER_FULL != 0).then(|| DATA.read() as u8)
}
