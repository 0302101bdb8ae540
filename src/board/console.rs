//! A console on a serial line: the last lines and every task, without a probe and without the
//! program's symbols.

mod command;
mod line;

use core::fmt::{self, Write as _};
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use arrayvec::ArrayString;
use embedded_io_async::{Read, Write};

use self::command::Command;
use self::line::{Key, Line};
use super::pause::Pause;
use super::table;
use crate::clock::embassy::{nanos, ticks};
use crate::record::LevelFilter;
use crate::ring::Storage;
use crate::stream::RingStream;
use crate::supervise;
use crate::supervise::embassy::Tasks;

/// Room for one line of output: a record of the greatest length and what stands before it.
type Output = ArrayString<192>;

/// How often `follow` looks for new records.
const FOLLOW_MS: u64 = 20;
/// How many records `log` shows unless it is told.
const SHOWN: u32 = 20;

const HELP: &str = "status | log [n] | follow | level off..trace | start|stop|restart|kill TASK\r\n\
    hold|release TASK | last-boot | reset | help";

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
    /// Nothing here keeps a task or a
    /// writer waiting: while an answer is sent, records may be overwritten, and are told as lost.
    ///
    /// # Errors
    ///
    /// Those of `input` and `output`.
    pub async fn run<R: Read, W: Write<Error = R::Error>>(
        &self,
        mut input: R,
        mut output: W,
    ) -> Result<(), R::Error> {
        let mut line = Line::default();
        output.write_all(b"> ").await?;
        loop {
            let mut byte = [0];
            if input.read(&mut byte).await? == 0 {
                return Ok(());
            }
            match line.press(byte[0]) {
                Key::Echo(bytes) if self.echoes => output.write_all(bytes).await?,
                Key::Echo(_) | Key::Nothing => {}
                Key::Enter => {
                    if self.echoes {
                        output.write_all(b"\r\n").await?;
                    }
                    self.answer(line.text(), &mut input, &mut output).await?;
                    line = Line::default();
                    output.write_all(b"> ").await?;
                }
            }
            output.flush().await?;
        }
    }

    async fn answer<R: Read, W: Write<Error = R::Error>>(
        &self,
        text: &str,
        input: &mut R,
        output: &mut W,
    ) -> Result<(), R::Error> {
        match Command::parse(text) {
            Command::Nothing => Ok(()),
            Command::Status => self.status(output).await,
            Command::Log(count) => {
                let written = self.log.written();
                self.records(written.saturating_sub(count.into()), written, output)
                    .await
                    .map(|_| ())
            }
            Command::Follow => self.follow(input, output).await,
            Command::LastBoot => {
                let end = self.log.boot();
                self.records(end.saturating_sub(SHOWN.into()), end, output).await.map(|_| ())
            }
            Command::Level(level) => {
                self.log.set_max_level(level);
                say(output, format_args!("{}", LevelFilter::as_str(level))).await
            }
            Command::Task(command, name) => {
                let told = self.tasks.command(name, command);
                self.told(told, output).await
            }
            Command::Hold(on, name) => {
                let told = self.tasks.get(name).map(|task| task.hold(on));
                self.told(told, output).await
            }
            Command::Reset => match self.reset {
                Some(reset) => reset(),
                None => say(output, format_args!("this program has not said how to reset")).await,
            },
            Command::Help => say(output, format_args!("{HELP}")).await,
            Command::Unknown(word) => {
                say(output, format_args!("`{word}` is no command; try `help`")).await
            }
        }
    }

    async fn told<W: Write>(
        &self,
        told: Result<(), supervise::embassy::NoSuchTask>,
        output: &mut W,
    ) -> Result<(), W::Error> {
        match told {
            // The task has to be polled before its state says anything.
            Ok(()) => {
                Pause::millis(1).await;
                self.status(output).await
            }
            Err(unknown) => say(output, format_args!("{unknown}")).await,
        }
    }

    async fn status<W: Write>(&self, output: &mut W) -> Result<(), W::Error> {
        say(output, format_args!("{}", table::HEAD)).await?;
        for task in self.tasks.all() {
            let mut line = Output::new_const();
            let now_s = nanos(ticks()) / 1_000_000_000;
            // An error says that the line was cut.
            let _ = table::write_line(&task.vitals(), now_s, &mut line);
            send(&line, output).await?;
        }
        Ok(())
    }

    /// Sends the records from number `from` to number `end`; returns the number of the next one.
    async fn records<W: Write>(
        &self,
        mut from: u64,
        end: u64,
        output: &mut W,
    ) -> Result<u64, W::Error> {
        while from < end {
            let mut line = Output::new_const();
            let Some(next) = self.log.write_from(from, &mut line) else { break };
            send(&line, output).await?;
            from = next;
        }
        Ok(from)
    }

    /// Sends records as they come, until a key is pressed.
    async fn follow<R: Read, W: Write<Error = R::Error>>(
        &self,
        input: &mut R,
        output: &mut W,
    ) -> Result<(), R::Error> {
        let mut next = self.log.written();
        loop {
            next = self.records(next, self.log.written(), output).await?;
            let mut byte = [0];
            let mut key = pin!(input.read(&mut byte));
            let mut pause = pin!(Pause::millis(FOLLOW_MS));
            let pressed = poll_fn(|cx| match key.as_mut().poll(cx) {
                Poll::Ready(read) => Poll::Ready(Some(read)),
                Poll::Pending => pause.as_mut().poll(cx).map(|()| None),
            });
            if let Some(read) = pressed.await {
                return read.map(|_| ());
            }
        }
    }
}

/// Sends one line.
async fn say<W: Write>(output: &mut W, text: fmt::Arguments<'_>) -> Result<(), W::Error> {
    let mut line = Output::new_const();
    let _ = line.write_fmt(text);
    send(&line, output).await
}

async fn send<W: Write>(line: &str, output: &mut W) -> Result<(), W::Error> {
    output.write_all(line.as_bytes()).await?;
    output.write_all(b"\r\n").await
}

impl<S: Storage, const N: usize> fmt::Debug for Console<S, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("tasks", self.tasks).finish_non_exhaustive()
    }
}
