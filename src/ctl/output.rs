//! Where the answer goes: to standard output, or through a pager where somebody sits and reads.

use std::env;
use std::io::{self, BufWriter, Stdout, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::string::String;

use super::exit::Trouble;

/// How the pager behaves: it ends by itself where all fits, passes colours, leaves the text on the
/// screen, ends with Ctrl-C, and wraps long lines.
const LESS: &str = "FRXK";

/// Where the answer goes.
pub(super) enum Output {
    Plain(BufWriter<Stdout>),
    Paged { pager: Child, input: Option<BufWriter<ChildStdin>> },
}

impl Output {
    /// Straight to standard output.
    pub(super) fn plain() -> Self {
        Self::Plain(BufWriter::new(io::stdout()))
    }

    /// Through a pager, which begins at the end if that is asked for; straight to standard output
    /// where no pager is to be had.
    pub(super) fn paged(at_end: bool) -> Self {
        Self::start(at_end).unwrap_or_else(Self::plain)
    }

    fn start(at_end: bool) -> Option<Self> {
        let set = ["RINGVISOR_PAGER", "PAGER"].into_iter().find_map(|name| env::var(name).ok());
        let line = set.unwrap_or_else(|| String::from("less"));
        let mut words = line.split_whitespace();
        let program = words.next().filter(|program| *program != "cat")?;
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        if at_end && program.ends_with("less") {
            command.arg("+G");
        }
        if env::var_os("LESS").is_none() {
            command.env("LESS", LESS);
        }
        let mut pager = command.spawn().ok()?;
        let input = pager.stdin.take().map(BufWriter::new);
        Some(Self::Paged { pager, input })
    }

    /// Writes out what is left, and waits until the reader has left the pager.
    pub(super) fn finish(mut self) -> Result<(), Trouble> {
        self.flush()?;
        if let Self::Paged { pager, input } = &mut self {
            drop(input.take());
            pager.wait()?;
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Paged { input: Some(input), .. } => input.write(bytes),
            Self::Paged { input: None, .. } => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Paged { input, .. } => input.as_mut().map_or(Ok(()), Write::flush),
        }
    }
}

/// Whoever leaves the pager early must not leave it behind.
impl Drop for Output {
    fn drop(&mut self) {
        if let Self::Paged { pager, input } = self {
            drop(input.take());
            _ = pager.wait();
        }
    }
}
