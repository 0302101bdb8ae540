//! Text into bytes, with the errors of the latter.

use core::fmt;
use std::io::{self, BufWriter, Write};

/// Takes text and writes it in large pieces; keeps the error that text cannot tell.
pub(super) struct IoOutput<W: Write> {
    out: BufWriter<W>,
    error: Option<io::Error>,
}

impl<W: Write> IoOutput<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out: BufWriter::with_capacity(64 << 10, out), error: None }
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        match self.error.take() {
            Some(error) => {
                // What is left has nowhere to go.
                let _ = self.out.into_parts();
                Err(error)
            }
            None => self.out.flush(),
        }
    }
}

impl<W: Write> fmt::Write for IoOutput<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_all(text.as_bytes()).map_err(|error| {
            self.error.get_or_insert(error);
            fmt::Error
        })
    }
}
