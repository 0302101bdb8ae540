//! Standard input and output as a board's serial line. A thread waits for the keys.

use core::convert::Infallible;
use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use embedded_io_async::{ErrorType, Read, Write};

/// Keys that were pressed and not taken, and who waits for them.
struct Pressed {
    keys: VecDeque<u8>,
    closed: bool,
    waker: Option<Waker>,
}

static PRESSED: Mutex<Pressed> =
    Mutex::new(Pressed { keys: VecDeque::new(), closed: false, waker: None });

/// Standard input.
pub struct Keys;

/// Standard output.
pub struct Screen;

/// Begins to listen.
pub fn open() -> (Keys, Screen) {
    thread::spawn(|| {
        let mut bytes = std::io::stdin().lock().bytes();
        while let Some(Ok(key)) = bytes.next() {
            press(|pressed| pressed.keys.push_back(key));
        }
        press(|pressed| pressed.closed = true);
    });
    (Keys, Screen)
}

fn pressed() -> MutexGuard<'static, Pressed> {
    PRESSED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn press(change: impl FnOnce(&mut Pressed)) {
    let mut pressed = pressed();
    change(&mut pressed);
    let waker = pressed.waker.take();
    drop(pressed);
    waker.iter().for_each(Waker::wake_by_ref);
}

impl ErrorType for Keys {
    type Error = Infallible;
}

impl Read for Keys {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|cx| {
            let mut pressed = pressed();
            match pressed.keys.pop_front() {
                Some(key) => {
                    buffer[0] = key;
                    Poll::Ready(Ok(1))
                }
                None if pressed.closed => Poll::Ready(Ok(0)),
                None => {
                    pressed.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
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
        // A terminal that is gone ends the input too.
        let _ = std::io::stdout().write_all(bytes);
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        let _ = std::io::stdout().flush();
        Ok(())
    }
}
