//! Stellaris LM3S6965, a Cortex-M3.

use super::Register;

/// The name of the board.
pub const NAME: &str = "lm3s6965evb";
/// Ticks of the timer per second.
pub const HZ: u32 = 12_500_000;

const DATA: Register = Register(0x4000_c000);
const FLAGS: Register = Register(0x4000_c018);
const CONTROL: Register = Register(0x4000_c030);

const RECEIVER_EMPTY: u32 = 1 << 4;
const SENDER_FULL: u32 = 1 << 5;
const ENABLED_BOTH_WAYS: u32 = 0x301;

pub(crate) fn start_uart() {
    CONTROL.write(ENABLED_BOTH_WAYS);
}

pub(crate) fn write(byte: u8) {
    while FLAGS.read() & SENDER_FULL != 0 {}
    DATA.write(byte.into());
}

pub(crate) fn read() -> Option<u8> {
    (FLAGS.read() & RECEIVER_EMPTY == 0).then(|| DATA.read() as u8)
}
