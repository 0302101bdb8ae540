//! What is sent next.

use core::fmt;

use arrayvec::ArrayString;

/// Room for one line of output: a record of the greatest length and what stands before it. What does
/// not fit is cut.
#[derive(Default)]
pub(in crate::board) struct Output(ArrayString<192>);

impl Output {
    pub(in crate::board) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl fmt::Write for Output {
    // Lines are made of many pieces: a call for each takes a quarter of the flash.
    #[inline(never)]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.try_push_str(text).map_err(|_| fmt::Error)
    }
}
