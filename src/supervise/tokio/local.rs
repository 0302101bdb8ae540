//! Futures that stay on one thread: they live on a thread of the supervisor's own.

use core::future::Future;
use std::boxed::Box;
use std::string::ToString;
use std::sync::{Arc, mpsc};
use std::thread;

use ::tokio::runtime;
use ::tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use ::tokio::task::{LocalSet, spawn_local};

use super::ctx::Ctx;
use super::error::SpawnError;
use super::output::Output;
use super::shared::Shared;
use super::start::MakeStart;
use super::supervised::{Run, Supervised};

type Job = Box<dyn FnOnce() + Send>;

/// The thread that local tasks live on. It ends with the supervisor and the last of them.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    jobs: UnboundedSender<Job>,
}

impl Thread {
    fn start() -> Result<Self, SpawnError> {
        let (jobs, received) = unbounded_channel();
        let (tell, told) = mpsc::channel();
        let refused = |error: std::io::Error| SpawnError::Thread(error.to_string());
        let live = move || match runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                // Whoever started this waits for exactly this answer.
                _ = tell.send(Ok(()));
                LocalSet::new().block_on(&runtime, work(received));
            }
            Err(error) => _ = tell.send(Err(refused(error))),
        };
        thread::Builder::new().name("ringvisor-local".into()).spawn(live).map_err(refused)?;
        told.recv().map_err(|error| SpawnError::Thread(error.to_string()))??;
        Ok(Self { jobs })
    }
}

async fn work(mut jobs: UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        job();
    }
}

impl Shared {
    /// The thread for local tasks, which is started with the first of them.
    pub(super) fn local_thread(&self) -> Result<Thread, SpawnError> {
        let mut thread = self.local.lock();
        if let Some(thread) = &*thread {
            return Ok(thread.clone());
        }
        Ok(thread.insert(Thread::start()?).clone())
    }
}

/// How a new run of a local future is started. The factory goes to the thread, its futures stay.
pub(super) fn start_local<F, Fut>(
    thread: Thread,
    factory: F,
) -> MakeStart<<Fut::Output as Output>::Value>
where
    F: Fn(Ctx) -> Fut + Send + Sync + 'static,
    Fut: Future + 'static,
    Fut::Output: Output,
{
    let factory = Arc::new(factory);
    Box::new(move |verdict| {
        Box::new(move |run: Run, attempt| {
            let cx = Ctx::of(&run, attempt);
            let (factory, verdict) = (Arc::clone(&factory), verdict.clone());
            let job = move || {
                let entry = Arc::clone(&run.entry);
                let future = async move { factory(cx).await };
                let judge = move |output| verdict.judge(&entry, output);
                drop(spawn_local(Supervised::new(run, future, judge)));
            };
            // If the thread is gone, the job comes back and its run is dropped, which tells its end.
            _ = thread.jobs.send(Box::new(job));
        })
    })
}
