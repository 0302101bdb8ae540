//! A console on a serial line: the last lines and every task, without a probe and without the
//! program's symbols.

mod command;
mod line;
mod output;
mod session;

use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;

use embedded_io_async::{Read, Write};

pub(super) use self::output::Output;
use self::session::Session;
use super::pause::Pause;
use crate::ring::Storage;
use crate::stream::RingStream;
use crate::supervise::embassy::Tasks;

/// Answers commands about a log and the tasks of a board.
///
/// ```text
/// > status
/// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
/// blink      running  00:12:03     1     7230       95         41 n=7230
/// > log 2
/// [  723.001] [board] [WARN] sensor: no acknowledge
/// [  723.512] [board] [INFO] up again
/// ```
pub struct Console<S: Storage, const N: usize> {
    log: &'static RingStream<S>,
    tasks: &'static Tasks<N>,
    reset: Option<fn() -> !>,
    echoes: bool,
}

impl<S: Storage, const N: usize> Console<S, N> {
    /// A console for that log and those tasks.
    #[must_use]
    pub const fn new(log: &'static RingStream<S>, tasks: &'static Tasks<N>) -> Self {
        Self { log, tasks, reset: None, echoes: true }
    }

    /// The same, with what `reset` does.
    #[must_use]
    pub const fn resetting(mut self, reset: fn() -> !) -> Self {
        self.reset = Some(reset);
        self
    }

    /// The same, with what is typed sent back or not. It is unless called; a terminal that shows
    /// what is typed by itself wants `false`.
    #[must_use]
    pub const fn echoing(mut self, echoes: bool) -> Self {
        self.echoes = echoes;
        self
    }

    /// Reads commands and answers them, until one of the two lines ends or fails.
    ///
    /// Nothing here keeps a task or a writer waiting: while an answer is sent, records may be
    /// overwritten, and are told as lost. A read that is given up half way (while `follow` looks
    /// for records) must not lose a key, as none of a buffered serial line does.
    ///
    /// # Errors
    ///
    /// Those of `input` and `output`.
    pub async fn run<R: Read, W: Write<Error = R::Error>>(
        &self,
        mut input: R,
        mut output: W,
    ) -> Result<(), R::Error> {
        let mut session = Session::new(self);
        loop {
            let mut out = Output::default();
            while session.produce(&mut out) {
                output.write_all(out.as_bytes()).await?;
                out.clear();
            }
            output.flush().await?;
            let mut byte = [0];
            let read = {
                let mut read = pin!(input.read(&mut byte));
                let mut pause = session.pause_ms().map(Pause::millis);
                let key_or_time = poll_fn(|cx| match (read.as_mut().poll(cx), &mut pause) {
                    (Poll::Ready(read), _) => Poll::Ready(Some(read)),
                    (Poll::Pending, Some(pause)) => Pin::new(pause).poll(cx).map(|()| None),
                    (Poll::Pending, None) => Poll::Pending,
                });
                key_or_time.await
            };
            match read {
                None => session.wake(),
                Some(Ok(0)) => return Ok(()),
                Some(read) => read.map(|_| session.press(byte[0]))?,
            }
        }
    }
}

impl<S: Storage, const N: usize> fmt::Debug for Console<S, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("tasks", self.tasks).finish_non_exhaustive()
    }
}
