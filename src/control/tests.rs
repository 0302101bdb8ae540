//! A real server and a real client, at a socket in a directory of the test's own.

mod changing;
mod described;
mod following;
mod hostile;
mod mounted;
mod reading;
mod wedged;

use std::env;
use std::fs;
use std::path::PathBuf;

use tokio::runtime::{self, Runtime};

use super::{Client, Operator, Place, Running, Server, View};
use crate::stream::RingStream;
use crate::supervise::Supervisor;
use crate::sync::plain::{AtomicU64, Ordering};

pub(super) struct Fixture {
    supervisor: Supervisor,
    pub(super) stream: RingStream,
    pub(super) view: View,
    place: Place,
    pub(super) client: Client,
    running: Running,
    pub(super) directory: PathBuf,
}

impl Fixture {
    pub(super) fn new() -> Self {
        Self::with(|view| Server::new(Operator::new(view)))
    }

    fn with(server: impl FnOnce(View) -> Server) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = std::format!("ringvisor-test-{}-{number}", std::process::id());
        let directory = env::temp_dir().join(name);
        let (supervisor, stream) = (Supervisor::new(), RingStream::with_bytes(1 << 20).unwrap());
        let view = View::new("test", stream.clone(), supervisor.clone());
        let place = Place::in_directory(&directory, "test");
        let running = server(view.clone()).listen(&place).start().unwrap();
        let client = Client::unix(place.path());
        Self { supervisor, stream, view, place, client, running, directory }
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.directory);
    }
}

fn runtime() -> Runtime {
    runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
}
