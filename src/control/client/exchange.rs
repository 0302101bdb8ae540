//! One request and its answer, on a thread of their own.

use core::fmt;
use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;
use std::io;
use std::string::{String, ToString};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::vec::Vec;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::client::conn::http1;
use hyper::{Method, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::runtime;
use tokio::sync::oneshot;

use super::{Ask, ClientError, Target};
use crate::control::io::Io;
use crate::control::service::Peer;

/// How many pieces wait for whoever takes them.
const AHEAD: usize = 4;

/// An answer, as it comes in.
pub struct Incoming {
    status: u16,
    said: Receiver<Said>,
    patience: Duration,
    /// Ends the thread when it is dropped, also while nothing comes.
    _open: oneshot::Sender<()>,
}

/// What the thread says.
enum Said {
    Head(u16),
    Piece(Bytes),
    Failed(ClientError),
}

/// Sends a request, and waits for the head of its answer.
pub(super) fn begin(
    target: &Target,
    ask: &Ask,
    patience: Duration,
) -> Result<Incoming, ClientError> {
    let (say, said) = sync_channel(AHEAD);
    let (open, closed) = oneshot::channel();
    let request = request(target, ask)?;
    let target = target.clone();
    let work = move || {
        if let Err(error) = exchange(&target, request, &say, closed) {
            // Nobody may be left to hear it.
            _ = say.send(Said::Failed(error));
        }
    };
    let spawned = thread::Builder::new().name("ringvisor-client".into()).spawn(work);
    spawned.map_err(|error| ClientError::Connect { at: "a thread".to_string(), error })?;
    let mut incoming = Incoming { status: 0, said, patience, _open: open };
    match incoming.hear()? {
        Some(Said::Head(status)) => incoming.status = status,
        Some(Said::Piece(_)) | None => return Err(ClientError::Protocol("no head".to_string())),
        Some(Said::Failed(error)) => return Err(error),
    }
    Ok(incoming)
}

fn request(target: &Target, ask: &Ask) -> Result<Request<Whole>, ClientError> {
    let method = if ask.body.is_some() { Method::POST } else { Method::GET };
    let mut request = Request::builder().method(method).uri(ask.to_string());
    match target {
        Target::Unix(_) | Target::Here(_) => request = request.header("host", "localhost"),
        Target::Tcp { address, token } => {
            request = request.header("host", address.to_string());
            request = request.header("authorization", std::format!("Bearer {token}"));
        }
    }
    for (name, value) in &ask.headers {
        request = request.header(*name, value);
    }
    let body = ask.body.clone().map(|body| Bytes::from(body.into_bytes()));
    request.body(Whole(body)).map_err(|error| ClientError::Protocol(error.to_string()))
}

/// The work of the thread.
fn exchange(
    target: &Target,
    request: Request<Whole>,
    say: &SyncSender<Said>,
    closed: oneshot::Receiver<()>,
) -> Result<(), ClientError> {
    let refused = |at: String| move |error: io::Error| ClientError::Connect { at, error };
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(refused("a runtime".to_string()))?;
    runtime.block_on(async {
        let talk = async {
            match target {
                Target::Unix(path) => {
                    let stream = UnixStream::connect(path).await;
                    let at = path.display().to_string();
                    converse(stream.map_err(refused(at))?, request, say).await
                }
                Target::Tcp { address, .. } => {
                    let stream = TcpStream::connect(address).await;
                    converse(stream.map_err(refused(address.to_string()))?, request, say).await
                }
                Target::Here(service) => {
                    let peer = Peer::Mounted("this process".to_string());
                    pass_on(service.answer(request, &peer).await, say).await
                }
            }
        };
        let (mut talk, mut closed) = (pin!(talk), closed);
        poll_fn(|cx| {
            if Pin::new(&mut closed).poll(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            talk.as_mut().poll(cx)
        })
        .await
    })
}

async fn converse<T>(
    stream: T,
    request: Request<Whole>,
    say: &SyncSender<Said>,
) -> Result<(), ClientError>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| ClientError::Broken(error.to_string());
    let (mut sender, connection) = http1::handshake(Io(stream)).await.map_err(broken)?;
    // What breaks it is told by the answer too.
    tokio::spawn(async { _ = connection.await });
    pass_on(sender.send_request(request).await.map_err(broken)?, say).await
}

/// Says what comes, for as long as somebody listens.
async fn pass_on<B>(response: Response<B>, say: &SyncSender<Said>) -> Result<(), ClientError>
where
    B: Body<Data = Bytes>,
    B::Error: fmt::Display,
{
    let broken = |error: B::Error| ClientError::Broken(error.to_string());
    if say.send(Said::Head(response.status().as_u16())).is_err() {
        return Ok(());
    }
    let mut body = pin!(response.into_body());
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let Ok(piece) = frame.map_err(broken)?.into_data() else { continue };
        if say.send(Said::Piece(piece)).is_err() {
            break;
        }
    }
    Ok(())
}

impl Incoming {
    /// Its HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The same with another time in which the next piece has to come.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// The connection broke off, or nothing came for too long.
    pub fn piece(&mut self) -> Result<Option<Vec<u8>>, ClientError> {
        match self.hear()? {
            Some(Said::Piece(piece)) => Ok(Some(piece.into())),
            Some(Said::Failed(error)) => Err(error),
            Some(Said::Head(_)) | None => Ok(None),
        }
    }

    /// All that is left, as text.
    ///
    /// # Errors
    /// As [`piece`](Self::piece); or it is no UTF-8.
    pub fn text(&mut self) -> Result<String, ClientError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece()? {
            bytes.extend_from_slice(&piece);
        }
        String::from_utf8(bytes).map_err(|error| ClientError::Protocol(error.to_string()))
    }

    fn hear(&mut self) -> Result<Option<Said>, ClientError> {
        match self.said.recv_timeout(self.patience) {
            Ok(said) => Ok(Some(said)),
            Err(RecvTimeoutError::Timeout) => Err(ClientError::Silent(self.patience)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
        }
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A request's body, sent as a whole.
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = core::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut core::task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
