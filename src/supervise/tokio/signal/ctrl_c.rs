//! Where there are no signals, Ctrl-C asks a program to end.

use std::io;

use ::tokio::signal::ctrl_c;

#[derive(Debug)]
pub(super) struct Signals;

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for it; without a console it never comes.
    pub(super) async fn next(&mut self) -> &'static str {
        match ctrl_c().await {
            Ok(()) => "Ctrl-C",
            Err(_) => core::future::pending().await,
        }
    }
}
