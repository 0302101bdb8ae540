//! The console, key by key.

use core::convert::Infallible;
use core::future::poll_fn;
use core::task::Poll;
use std::collections::VecDeque;
use std::sync::Mutex;

use embassy_tests::Board;
use embassy_time::{Duration, Timer};
use embedded_io_async::{ErrorType, Read, Write};
use log::{Log, info};
use ringvisor::board::Console;
use ringvisor::clock::Clock;
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::{Entry, RingStream};
use ringvisor::supervise::TaskSpec;

static MEMORY: Inline<8, 64> = Inline::new();
static LOG: RingStream<&Inline<8, 64>> = RingStream::over(&MEMORY, Clock::embassy()).named("pc");

ringvisor::tasks! {
    static TASKS;
    blink(): TaskSpec::DEFAULT => async |run| loop {
        run.status(format_args!("run {}", run.number()));
        Timer::after_secs(60).await;
        if run.is_stopping() {
            return Ok::<(), &str>(());
        }
    };
}

/// A line that is never pressed faster than it is looked at.
struct Keys;
struct Screen;

static KEYS: Mutex<VecDeque<u8>> = Mutex::new(VecDeque::new());
static SEEN: Mutex<String> = Mutex::new(String::new());

impl ErrorType for Keys {
    type Error = Infallible;
}

impl Read for Keys {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|cx| match KEYS.lock().unwrap().pop_front() {
            Some(key) => {
                buffer[0] = key;
                Poll::Ready(Ok(1))
            }
            None => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await
    }
}

impl ErrorType for Screen {
    type Error = Infallible;
}

impl Write for Screen {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        SEEN.lock().unwrap().push_str(core::str::from_utf8(bytes).unwrap());
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[embassy_executor::task]
async fn console() {
    let _ = Console::new(&LOG, &TASKS).run(Keys, Screen).await;
}

/// Types `text`, lets a tenth of a second pass, and returns what is on the screen since.
fn typed(board: &Board, text: &str) -> String {
    SEEN.lock().unwrap().clear();
    KEYS.lock().unwrap().extend(text.bytes());
    board.pass(Duration::from_millis(100), Duration::from_millis(1));
    SEEN.lock().unwrap().replace("\r\n", "\n")
}

#[test]
fn commands_are_answered() {
    LOG.install(LevelFilter::Debug).unwrap();
    let board = Board::new();
    board.spawn(blink());
    board.spawn(console());
    board.poll();

    info!("first");
    assert_eq!(typed(&board, "log\r"), "log\n[    0.000] [pc] [INFO] first\n> ");
    assert_eq!(typed(&board, "lox\x08g 0\r"), "lox\x08 \x08g 0\n> ");
    let help = typed(&board, "help\r");
    assert!(help.contains("status | log [n] | follow") && help.ends_with("> "), "{help}");
    assert_eq!(typed(&board, "level\r"), "level\n`level` is no command; try `help`\n> ");
    assert_eq!(typed(&board, "level warn\r"), "level warn\nWARN\n> ");
    info!("not seen");
    assert_eq!(typed(&board, "log 1\r"), "log 1\n[    0.000] [pc] [INFO] first\n> ");
    assert_eq!(typed(&board, "level info\r"), "level info\nINFO\n> ");

    let status = typed(&board, "status\r");
    assert!(status.contains("\nblink      running  0 s          1 "), "{status}");
    assert!(status.lines().all(|line| line.len() <= 80), "{status}");
    assert!(typed(&board, "stop nobody\r").contains("no such task"));
    let stopping = typed(&board, "stop blink\r");
    assert!(stopping.contains("blink      stopping"), "{stopping}");
    assert!(typed(&board, "reset\r").contains("has not said how to reset"));

    assert_eq!(typed(&board, "follow\r"), "follow\n");
    info!("followed");
    assert!(typed(&board, "").ends_with("[pc] [INFO] followed\n"));
    assert_eq!(typed(&board, "q"), "> ");
    assert_eq!(typed(&board, "last-boot\r"), "last-boot\n> ");
}

#[test]
fn what_was_overwritten_is_counted() {
    static MEMORY: Inline<4, 64> = Inline::new();
    static SMALL: RingStream<&Inline<4, 64>> = RingStream::over(&MEMORY, Clock::embassy());
    let mut cursor = SMALL.cursor();
    for number in 0..1_000 {
        let text = format_args!("{number}");
        SMALL.log(&log::Record::builder().args(text).level(log::Level::Info).build());
    }
    let (mut lost, mut last) = (0, None);
    let mut read = 0;
    while let Some(entry) = cursor.next() {
        match entry {
            Entry::Record(record) => {
                last = record.message.parse().ok();
                read += 1;
            }
            Entry::Lost(count) => lost += count,
        }
    }
    assert_eq!((read + lost, last), (1_000, Some(999)));
}
