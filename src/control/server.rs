//! The thread that answers, and the sockets at which it listens.

mod connection;
mod door;
mod tcp;
mod token;

use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use std::borrow::ToOwned;
use std::boxed::Box;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use super::dump::{self, Dumps};
use super::error::StartError;
use super::place::{Place, own_uid};
use super::service::Service;
use super::view::{Operator, View};
use door::Door;
use token::Token;

/// How many threads may look at the program at once; each may hang in code of the program's.
const LOOKERS: usize = 4;
/// How many connections are open at most, unless another number is asked for.
const CONNECTIONS: usize = 256;
/// How long the head of a request may take to come, unless another time is given.
const HEAD: Duration = Duration::from_secs(10);

/// Where and how a program answers; a description, until it is started.
#[derive(Debug)]
#[must_use = "a server answers nothing before it is started"]
pub struct Server {
    service: Service,
    place: Option<Place>,
    tcp: Option<SocketAddr>,
    connections: usize,
    /// How long the head of a request may take to come.
    head: Duration,
    /// Where dumps go that a signal asks for.
    dumps: Option<PathBuf>,
}

impl Server {
    /// A server that answers and changes what it is asked to change.
    pub fn new(operator: Operator) -> Self {
        Self::of(Service::new(operator))
    }

    /// A server that answers and changes nothing.
    pub fn read_only(view: View) -> Self {
        Self::of(Service::read_only(view))
    }

    fn of(service: Service) -> Self {
        let (connections, head) = (CONNECTIONS, HEAD);
        Self { service, place: None, tcp: None, connections, head, dumps: None }
    }

    /// Listens at a Unix socket, for the processes of this user and of root.
    pub fn listen(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// Listens at a loopback address too, for whoever has the [token](Running::token). Port 0 is
    /// any that is free.
    pub fn tcp(mut self, address: impl Into<SocketAddr>) -> Self {
        self.tcp = Some(address.into());
        self
    }

    /// How many connections are open at most, 256 unless called; more are refused.
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most;
        self
    }

    /// How long the head of a request may take to come, the next one on the same connection included;
    /// 10 s unless called.
    pub fn head_limit(mut self, limit: Duration) -> Self {
        self.head = limit;
        self
    }

    /// Writes what `rvctl dump` writes into a new file of `directory` whenever the process gets
    /// SIGUSR1, also while the program hangs; the log tells which. The directory is made if it is not
    /// there. The files, `NAME.dump-1.jsonl` and so on, can be read by this user only, end at 1 GiB or
    /// so, and are 16 at most: then some have to be removed.
    pub fn dump_on_sigusr1(mut self, directory: impl Into<PathBuf>) -> Self {
        self.dumps = Some(directory.into());
        self
    }

    /// Starts the thread.
    ///
    /// # Errors
    /// The place cannot be used or is used, the address is no loopback address or taken, or the
    /// system refuses a thread or to tell of a signal.
    pub fn start(self) -> Result<Running, StartError> {
        let here = Path::new("ringvisor-control");
        let thread_error = |error| StartError::io("cannot start the thread", here, error);
        let uid = own_uid().map_err(thread_error)?;
        let local = self.place.as_ref().map(Local::open).transpose()?;
        let tcp = self.tcp.map(Tcp::open).transpose()?;
        let (address, token) = tcp.as_ref().map(|tcp| (tcp.address, tcp.token.clone())).unzip();
        let runtime = runtime().map_err(thread_error)?;
        let dumps = self.dumps.map(|directory| asked_dumps(&runtime, &self.service, directory));
        let dumps = dumps.transpose()?;
        let door = Arc::new(Door::new(self.service, uid, self.connections, self.head));
        let (stop, stopped) = oneshot::channel();
        let (local, file) = local.map(|local| (local.listener, local.file)).unzip();
        let entrances = Entrances { local, tcp, dumps };
        let work = move || answer(runtime, door, entrances, stopped);
        let thread = thread::Builder::new().name("ringvisor-control".to_owned()).spawn(work);
        let thread = thread.map_err(thread_error)?;
        Ok(Running { thread: Some(thread), stop: Some(stop), file, address, token })
    }
}

/// A server that answers; it ends when this is dropped.
#[must_use = "the server ends when this is dropped"]
pub struct Running {
    thread: Option<JoinHandle<()>>,
    stop: Option<oneshot::Sender<()>>,
    file: Option<SocketFile>,
    address: Option<SocketAddr>,
    token: Option<Token>,
}

impl Running {
    /// The Unix socket, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| &*file.path)
    }

    /// Removes the socket, which nobody finds from then on: for a process that ends without dropping
    /// this.
    pub(crate) fn hide(&self) {
        if let Some(file) = &self.file {
            file.remove();
        }
    }

    /// The TCP address, if there is one.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What has to be shown at the TCP address: `Authorization: Bearer TOKEN`.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_ref().map(Token::as_str)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nobody else can find the socket from here on.
        drop(self.file.take());
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has panicked or it has not; it is over.
            _ = thread.join();
        }
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("path", &self.path())
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// A socket's file, removed when nobody listens any more; not if another one has taken its place.
struct SocketFile {
    path: PathBuf,
    /// Which file it is: device and number.
    identity: Option<(u64, u64)>,
}

impl SocketFile {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), identity: identity(path) }
    }

    fn remove(&self) {
        if self.identity.is_some() && identity(&self.path) == self.identity {
            // Somebody else may have been faster.
            _ = fs::remove_file(&self.path);
        }
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        self.remove();
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

struct Local {
    listener: UnixListener,
    file: SocketFile,
}

impl Local {
    fn open(place: &Place) -> Result<Self, StartError> {
        let listener = place.listen()?;
        let file = SocketFile::new(place.path());
        let io = |error| StartError::io("cannot listen at", place.path(), error);
        listener.set_nonblocking(true).map_err(io)?;
        Ok(Self { listener, file })
    }
}

struct Tcp {
    listener: TcpListener,
    address: SocketAddr,
    token: Token,
}

impl Tcp {
    fn open(address: SocketAddr) -> Result<Self, StartError> {
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let io = |error| {
            StartError::io("cannot listen at", PathBuf::from(std::format!("{address}")), error)
        };
        let token = Token::random().map_err(io)?;
        let listener = TcpListener::bind(address).map_err(io)?;
        listener.set_nonblocking(true).map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        Ok(Self { listener, address, token })
    }
}

fn runtime() -> std::io::Result<Runtime> {
    runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(LOOKERS)
        .thread_name("ringvisor-look")
        .build()
}

/// Waits for the signal from now on, before anybody can know that it may be sent.
fn asked_dumps(
    runtime: &Runtime,
    service: &Service,
    directory: PathBuf,
) -> Result<(dump::Asked, Dumps), StartError> {
    let _entered = runtime.enter();
    let asked = dump::Asked::listen();
    let asked = asked.map_err(|error| StartError::io("cannot have dumps in", &directory, error))?;
    Ok((asked, Dumps::new(service.clone(), directory)))
}

/// What the thread listens to.
struct Entrances {
    local: Option<UnixListener>,
    tcp: Option<Tcp>,
    dumps: Option<(dump::Asked, Dumps)>,
}

/// The work of the thread, until it is told to stop.
fn answer(runtime: Runtime, door: Arc<Door>, entrances: Entrances, stopped: oneshot::Receiver<()>) {
    let Entrances { local, tcp, dumps } = entrances;
    runtime.block_on(async {
        if let Some((asked, dumps)) = dumps {
            tokio::spawn(asked.serve(dumps));
        }
        if let Some(listener) = local.and_then(|l| tokio::net::UnixListener::from_std(l).ok()) {
            tokio::spawn(connection::accept_local(listener, Arc::clone(&door)));
        }
        if let Some(Tcp { listener, address, token }) = tcp {
            if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                let guard = tcp::Guard::new(address, token);
                tokio::spawn(connection::accept_tcp(listener, door, Box::new(guard)));
            }
        }
        // It is dropped, never used.
        _ = stopped.await;
    });
    // What hangs in code of the program's is not waited for.
    runtime.shutdown_background();
}
