//! A user at the console, who types the same on each run.

use core::convert::Infallible;

use embassy_time::{Duration, Instant, Timer};
use embedded_io_async::{ErrorType, Read, Write};

use crate::Uart;

/// Lines, and how many milliseconds before each of them nothing is typed.
#[derive(Clone, Debug)]
pub struct Script {
    lines: &'static [(u64, &'static str)],
    typed: usize,
    /// Until when nothing is typed; a reader may give up waiting and come back.
    until: Option<Instant>,
}

impl Script {
    /// The script of these lines; each of them ends with an Enter.
    pub const fn new(lines: &'static [(u64, &'static str)]) -> Self {
        Self { lines, typed: 0, until: None }
    }
}

impl ErrorType for Script {
    type Error = Infallible;
}

impl Read for Script {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let Some(&(pause_ms, line)) = self.lines.first() else { return Ok(0) };
        if self.typed == 0 {
            let pause = Duration::from_millis(pause_ms);
            Timer::at(*self.until.get_or_insert_with(|| Instant::now() + pause)).await;
            self.until = None;
        }
        let key = line.as_bytes().get(self.typed).copied();
        match key {
            Some(_) => self.typed += 1,
            None => (self.lines, self.typed) = (&self.lines[1..], 0),
        }
        buffer[0] = key.unwrap_or(b'\r');
        Ok(1)
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl Write for Uart {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Uart::write(*self, bytes);
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
