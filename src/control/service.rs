//! A request in, a response out: knows no socket.

pub(super) mod answer;
mod args;
mod body;
mod changes;
mod commands;
mod logs;
mod moment;
mod mount;
pub(super) mod params;
mod peer;
mod process;
pub(super) mod route;
mod stats;
mod tasks;
mod wants;

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use hyper::body::Body as HttpBody;
use hyper::http::request::Parts;
use hyper::{Request, Response};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::api::{Code, Failure};
use super::view::{Operator, View};
use params::Params;
use route::Route;
use wants::Wants;

pub use body::Body;
pub use peer::Peer;

/// The description of the API, for programs.
const OPENAPI: &str = include_str!("openapi.json");

/// How long an answer may take that needs nobody's work.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many may follow at the same time.
pub(super) const FOLLOWERS: usize = 64;

/// Answers requests about one program. A clone is the same service.
///
/// It is a tower service too, to be mounted into a program's own HTTP server; who may ask is then
/// decided there. The runtime that polls it needs time to be enabled.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    view: View,
    operator: Option<Operator>,
    followers: Arc<Semaphore>,
    /// Commands that run.
    running: Arc<Semaphore>,
}

/// What is asked, without the body.
struct Asked<'a> {
    params: Params,
    parts: &'a Parts,
    peer: &'a Peer,
}

impl Asked<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// In which form the answer is wanted.
    fn wants(&mut self) -> Result<Wants, Failure> {
        let format = self.params.last("format");
        Wants::find(format.as_deref(), self.header("accept"))
    }
}

impl Service {
    /// Answers, and changes what it is asked to change.
    #[must_use]
    pub fn new(operator: Operator) -> Self {
        Self::of(operator.view().clone(), Some(operator))
    }

    /// Answers, and refuses changes: it has nothing to make one with.
    #[must_use]
    pub fn read_only(view: View) -> Self {
        Self::of(view, None)
    }

    fn of(view: View, operator: Option<Operator>) -> Self {
        let followers = Arc::new(Semaphore::new(FOLLOWERS));
        let running = Arc::new(Semaphore::new(commands::RUNNING));
        Self { inner: Arc::new(Inner { view, operator, followers, running }) }
    }

    pub(super) fn view(&self) -> &View {
        &self.inner.view
    }

    /// Answers a request of `peer`, whom the caller has let in.
    pub async fn answer<B: HttpBody>(&self, request: Request<B>, peer: &Peer) -> Response<Body> {
        let (parts, body) = request.into_parts();
        match self.find(&parts, body, peer).await {
            Ok(response) => response,
            Err(failure) => answer::failure(&failure),
        }
    }

    async fn find<B: HttpBody>(
        &self,
        parts: &Parts,
        body: B,
        peer: &Peer,
    ) -> Result<Response<Body>, Failure> {
        let route = Route::find(&parts.method, parts.uri.path())?;
        let params = Params::parse(parts.uri.query().unwrap_or_default())?;
        let asked = Asked { params, parts, peer };
        match route {
            Route::Change(select, change) => {
                let body = self.body(body, &asked).await?;
                self.change_tasks(&select, change, asked, &body).await
            }
            Route::SetArgs(select) => {
                let body = body::read(body).await?;
                self.change_args(&select, asked, &body).await
            }
            Route::RunCommand(name) => {
                let body = body::read(body).await?;
                self.run_command(&name, asked, &body).await
            }
            Route::SetLevel => {
                let body = self.body(body, &asked).await?;
                self.change_level(asked, &body)
            }
            Route::Logs => self.logs(asked, None).await,
            Route::Events => self.logs(asked, Some(logs::EVENTS)).await,
            Route::OpenApi => Ok(answer::of(answer::JSON, Body::whole(OPENAPI))),
            // Whoever listens on TCP answers that itself.
            Route::Session => Err(Failure::new(Code::NotFound, "no session is needed here")),
            _ => self.show(route, asked).await,
        }
    }

    /// What only looks at the program.
    async fn show(&self, route: Route, asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        match route {
            Route::Live => self.live(asked),
            Route::Ready => self.ready(asked).await,
            Route::Stats { debug } => self.stats(asked, debug).await,
            Route::Status => self.status(asked).await,
            Route::Tasks => self.tasks(asked).await,
            Route::Task(name) => self.task(name, asked, tasks::View::Detail).await,
            Route::Runs(name) => self.task(name, asked, tasks::View::Runs).await,
            Route::Trace(name) => self.task(name, asked, tasks::View::Traceback).await,
            Route::Commands => self.commands(asked),
            Route::Ring => self.ring(asked),
            Route::Levels => self.levels(asked),
            Route::Diagnose => self.diagnose(asked).await,
            Route::Dump => self.dump(asked).await,
            _ => {
                asked.params.finish()?;
                Ok(self.enveloped(&self.program()))
            }
        }
    }

    /// Looks at the program on another thread than this one, which has others to answer: to show a
    /// task's arguments runs code of the program's, and that may hang.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Self) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let service = self.clone();
        let looking = spawn_blocking(move || look(&service));
        match timeout(PATIENCE, looking).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(_)) => Err(Failure::new(Code::Other, "to show that panicked")),
            Err(_) => {
                let text = "to show that takes too long: the Debug of some argument may hang";
                Err(Failure::new(Code::TimedOut, text))
            }
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("view", &self.inner.view)
            .field("read_only", &self.inner.operator.is_none())
            .finish_non_exhaustive()
    }
}
