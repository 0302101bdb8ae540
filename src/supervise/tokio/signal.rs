//! From the first signal to the exit code.

#[cfg_attr(not(unix), path = "signal/ctrl_c.rs")]
mod source;

use core::future::Future;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::io;
use std::process::ExitCode;

use super::Supervisor;
use super::shutdown::Closed;
use source::Signals;

/// How a program that ran under a supervisor came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finish {
    /// Name of the signal that asked for it; without one the supervisor closed by itself.
    pub signal: Option<&'static str>,
    /// What the shutdown left.
    pub closed: Closed,
}

impl Finish {
    /// 0 if a signal asked for the end and it was an orderly one, else 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let orderly = self.signal.is_some() && self.closed.detached.is_empty();
        ExitCode::from(u8::from(!orderly || self.closed.forced))
    }
}

impl Supervisor {
    /// Waits for SIGTERM or SIGINT (Ctrl-C elsewhere), or until the supervisor closes by itself;
    /// then shuts down: asks for at most `grace`. A second signal makes an end at once.
    ///
    /// # Errors
    /// The system refuses to tell of signals.
    pub async fn run_until_signal(&self, grace: Duration) -> io::Result<Finish> {
        let mut signals = Signals::listen()?;
        let signal = either(signals.next(), self.shared.closed_signal()).await;
        let shutdown = pin!(self.shared.shutdown(grace));
        let closed = self.hasten_on(&mut signals, shutdown).await;
        Ok(Finish { signal, closed })
    }

    /// Waits for the end of the shutdown; a signal until then hastens it.
    async fn hasten_on(
        &self,
        signals: &mut Signals,
        mut shutdown: core::pin::Pin<&mut impl Future<Output = Closed>>,
    ) -> Closed {
        let mut forced = false;
        loop {
            let closed = either(shutdown.as_mut(), async {
                if forced { core::future::pending().await } else { signals.next().await }
            });
            match closed.await {
                Some(closed) => return Closed { forced: forced || closed.forced, ..closed },
                None => {
                    forced = true;
                    self.shutdown_now();
                }
            }
        }
    }
}

/// What `first` yields; `None` if `second` is ready before that.
async fn either<T, U>(
    first: impl Future<Output = T>,
    second: impl Future<Output = U>,
) -> Option<T> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    core::future::poll_fn(|cx| match first.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => second.as_mut().poll(cx).map(|_| None),
    })
    .await
}
