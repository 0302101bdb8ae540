//! Everything that is known of the program, in a file, for whoever has nothing but `kill` at hand.
//!
//! SIGUSR1 asks for it. The signal is waited for by the control thread and the file is written by one
//! of its own, so it comes while the program hangs. What is in it is what `rvctl dump` writes.

mod error;

use core::fmt;
use core::future::poll_fn;
use core::pin::pin;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;
use std::string::ToString;
use std::sync::Arc;
use std::thread;

use hyper::body::Body as HttpBody;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::place::harmless;
use super::service::Service;
use crate::record::{Level, Value};
pub(super) use error::DumpError;

/// How many dumps of one program lie in a directory at most.
const DUMPS: usize = 16;
/// How long one may be, about, in bytes.
const BYTES: u64 = 1 << 30;

/// Dumps of a program, in a directory.
#[derive(Debug)]
pub(super) struct Dumps {
    service: Service,
    directory: PathBuf,
    most: u64,
}

/// What waits for the signal.
pub(super) struct Asked(Signal);

impl Asked {
    /// From here on the signal does not end the process. The runtime is entered.
    pub(super) fn listen() -> io::Result<Self> {
        signal(SignalKind::user_defined1()).map(Self)
    }

    /// Has dumps written, one after the other, for as long as the runtime lives.
    pub(super) async fn serve(mut self, dumps: Dumps) {
        let dumps = Arc::new(dumps);
        while self.0.recv().await.is_some() {
            let (done, is_done) = oneshot::channel::<()>();
            let work = {
                let dumps = Arc::clone(&dumps);
                move || {
                    dumps.tell(dumps.write());
                    drop(done);
                }
            };
            let thread = thread::Builder::new().name("ringvisor-dump".into()).spawn(work);
            if let Err(error) = thread {
                dumps.tell(Err(DumpError::new(&dumps.directory, error)));
            }
            // It is dropped, never used.
            _ = is_done.await;
        }
    }
}

impl Dumps {
    pub(super) fn new(service: Service, directory: PathBuf) -> Self {
        Self { service, directory, most: BYTES }
    }

    /// Writes one more dump, and says where it is and how many bytes it has.
    pub(super) fn write(&self) -> Result<(PathBuf, u64), DumpError> {
        let (path, mut file) = self.create()?;
        let at = |error| DumpError::new(&path, error);
        let runtime = runtime::Builder::new_current_thread().enable_time().build().map_err(at)?;
        let written = runtime.block_on(self.fill(&mut file));
        // What hangs in code of the program's is not waited for.
        runtime.shutdown_background();
        Ok((path.clone(), written.map_err(at)?))
    }

    /// A file that nobody else can read, and that was not there: whatever lies in its place, a link
    /// too, stays as it is.
    fn create(&self) -> Result<(PathBuf, fs::File), DumpError> {
        let at = |error| DumpError::new(&self.directory, error);
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory).map_err(at)?;
        let name = harmless(self.service.view().name());
        for number in 1..=DUMPS {
            let path = self.directory.join(std::format!("{name}.dump-{number}.jsonl"));
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(DumpError::new(&path, error)),
            }
        }
        Err(DumpError::full(&self.directory, DUMPS))
    }

    async fn fill(&self, file: &mut impl Write) -> io::Result<u64> {
        let dumped = self.service.dumped().await;
        let mut body = pin!(dumped.map_err(|failure| io::Error::other(failure.message))?);
        let mut written = 0;
        while let Some(Ok(frame)) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            let Ok(bytes) = frame.into_data() else { continue };
            if written > self.most {
                // Pieces end with a line, so this is one too.
                writeln!(file, "{{\"cut\":{written}}}")?;
                break;
            }
            file.write_all(&bytes)?;
            written += bytes.len() as u64;
        }
        file.flush()?;
        Ok(written)
    }

    fn tell(&self, dumped: Result<(PathBuf, u64), DumpError>) {
        let view = self.service.view();
        match dumped {
            Ok((path, bytes)) => {
                let path = path.display().to_string();
                let facts = [
                    ("change", Value::Str("dump")),
                    ("by", Value::Str("SIGUSR1")),
                    ("bytes", Value::U64(bytes)),
                ];
                view.audit(Level::Info, format_args!("dump to {path}, by SIGUSR1"), &facts);
            }
            Err(error) => {
                let why = error.to_string();
                let facts = [
                    ("change", Value::Str("dump")),
                    ("by", Value::Str("SIGUSR1")),
                    ("refused", Value::Str(&why)),
                ];
                view.audit(Level::Warn, format_args!("dump, by SIGUSR1: {why}"), &facts);
            }
        }
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked")
    }
}

#[cfg(test)]
mod tests;
