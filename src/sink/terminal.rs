//! Standard error and standard output.

use core::time::Duration;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::string::String;
use std::thread::park_timeout;

use super::color::ColorChoice;
use super::formats::Formats;
use super::pump::Pump;
use super::{Output, Sink};
use crate::record::{LevelFilter, Style};
use crate::stream::RingStream;
use crate::stream::filter::Directives;

/// How long to wait before an output is tried again that does not block and has no room.
const RETRY: Duration = Duration::from_millis(5);

/// A sink that writes to the terminal, or to what stands in its place.
///
/// ```
/// use ringvisor::RingStream;
/// use ringvisor::record::LevelFilter;
/// use ringvisor::sink::{ColorChoice, Terminal};
///
/// let stream = RingStream::with_bytes(1 << 20)?;
/// let _stderr = Terminal::stderr()
///     .name("orders")
///     .levels(LevelFilter::Warn)
///     .color(ColorChoice::Never)
///     .start(&stream)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is written before it is started"]
pub struct Terminal {
    standard: Standard,
    color: ColorChoice,
    pump: Pump,
}

/// The standard stream that is written.
#[derive(Clone, Copy, Debug)]
enum Standard {
    Error,
    Output,
}

impl Terminal {
    /// Writes to standard error: INFO and worse, as text, coloured where that is a terminal.
    pub fn stderr() -> Self {
        Self::on(Standard::Error, "stderr")
    }

    /// The same on standard output.
    pub fn stdout() -> Self {
        Self::on(Standard::Output, "stdout")
    }

    fn on(standard: Standard, name: &str) -> Self {
        let pump = Pump::new(name).levels(LevelFilter::Info);
        Self { standard, color: ColorChoice::Auto, pump }
    }

    /// The program's name in text lines; empty unless called.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.pump = self.pump.program(name);
        self
    }

    /// Which records are written, of those that the stream's own levels let into the ring.
    pub fn levels(mut self, levels: impl Into<Directives>) -> Self {
        self.pump = self.pump.levels(levels);
        self
    }

    /// The form of lines, for all levels or for each.
    pub fn format(mut self, formats: impl Into<Formats>) -> Self {
        self.pump = self.pump.format(formats);
        self
    }

    /// Whether the levels of text lines are coloured.
    pub fn color(mut self, color: ColorChoice) -> Self {
        self.color = color;
        self
    }

    /// Starts to write the records that come from now on.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(self, stream: &RingStream) -> io::Result<Sink> {
        let is_coloured =
            self.color.decide(self.standard.is_terminal(), |var| std::env::var_os(var));
        let style = is_coloured.then_some(Style::ANSI);
        self.pump.style(style).start(stream, self.standard)
    }
}

impl Standard {
    fn is_terminal(self) -> bool {
        match self {
            Self::Error => io::stderr().is_terminal(),
            Self::Output => io::stdout().is_terminal(),
        }
    }
}

/// Each write takes the stream's lock, so that lines of `eprintln!` do not stand within ours.
impl Output for Standard {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        match self {
            Self::Error => write_all(&mut io::stderr().lock(), lines),
            Self::Output => write_all(&mut io::stdout().lock(), lines),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Error => io::stderr().flush(),
            Self::Output => io::stdout().flush(),
        }
    }
}

/// Like [`Write::write_all`], but waits where another program made the terminal non-blocking.
fn write_all(out: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match out.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => park_timeout(RETRY),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
