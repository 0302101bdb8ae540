//! The board's serial line.

use core::fmt;

use crate::board;

/// The serial line, written and read by polling.
#[derive(Clone, Copy, Debug)]
pub struct Uart;

impl Uart {
    /// A byte that has come in.
    pub fn read(self) -> Option<u8> {
        board::read()
    }

    /// Sends all of `bytes`.
    pub fn write(self, bytes: &[u8]) {
        bytes.iter().copied().for_each(board::write);
    }
}

impl fmt::Write for Uart {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}
