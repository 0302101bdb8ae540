//! BBC micro:bit, an nRF51 with a Cortex-M0.

use super::Register;

/// The name of the board.
pub const NAME: &str = "microbit";
/// Ticks of the timer per second.
pub const HZ: u32 = 16_000_000;

const START_RECEIVING: Register = Register(0x4000_2000);
const START_SENDING: Register = Register(0x4000_2008);
const RECEIVED: Register = Register(0x4000_2108);
const SENT: Register = Register(0x4000_211c);
const ENABLE: Register = Register(0x4000_2500);
const IN: Register = Register(0x4000_2518);
const OUT: Register = Register(0x4000_251c);

const ENABLED: u32 = 4;

pub(crate) fn start_uart() {
    ENABLE.write(ENABLED);
    START_SENDING.write(1);
    START_RECEIVING.write(1);
}

pub(crate) fn write(byte: u8) {
    SENT.write(0);
    OUT.write(byte.into());
    while SENT.read() == 0 {}
}

pub(crate) fn read() -> Option<u8> {
    (RECEIVED.read() != 0).then(|| {
        RECEIVED.write(0);
        IN.read() as u8
    })
}
