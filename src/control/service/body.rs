//! What is answered, and what is sent along with a request.

use core::convert::Infallible;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::control::api::{Code, Failure};

/// The longest body of a request, in bytes.
pub(super) const REQUEST_MAX: usize = 64 << 10;
/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body of an answer: a text, or pieces as they come.
pub struct Body {
    inner: Inner,
}

enum Inner {
    Whole(Option<Bytes>),
    Pieces(Pieces),
}

/// Pieces and whoever makes them: it works only while somebody asks for the next piece, so what a
/// slow reader does not take stays where it is.
struct Pieces {
    made: mpsc::Receiver<Bytes>,
    /// `None` once it has made the last one.
    maker: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// Where pieces go.
pub(super) type Outlet = mpsc::Sender<Bytes>;

impl Body {
    pub(in crate::control) fn whole(text: impl Into<String>) -> Self {
        let text: String = text.into();
        Self { inner: Inner::Whole(Some(Bytes::from(text.into_bytes()))) }
    }

    /// What `make` puts into its outlet.
    pub(super) fn pieces<F>(make: impl FnOnce(Outlet) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (outlet, made) = mpsc::channel(1);
        let maker = Some(Box::pin(make(outlet)) as Pin<Box<dyn Future<Output = ()> + Send>>);
        Self { inner: Inner::Pieces(Pieces { made, maker }) }
    }
}

impl Pieces {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Poll::Ready(piece) = self.made.poll_recv(cx) {
                return Poll::Ready(piece);
            }
            let Some(maker) = &mut self.maker else { return Poll::Pending };
            if maker.as_mut().poll(cx).is_pending() {
                // It may have made a piece on the way, and then waits for room for the next one.
                return self.made.poll_recv(cx);
            }
            self.maker = None;
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = match &mut self.inner {
            Inner::Whole(text) => Poll::Ready(text.take()),
            Inner::Pieces(pieces) => pieces.poll_piece(cx),
        };
        piece.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.inner, Inner::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Whole(text) => {
                SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64))
            }
            Inner::Pieces(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if matches!(self.inner, Inner::Whole(_)) { "whole" } else { "pieces" };
        f.debug_struct("Body").field("kind", &kind).finish_non_exhaustive()
    }
}

/// The body of a request as a whole; refused before it is read where it says that it is too long.
pub(super) async fn read<B: HttpBody>(body: B) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        let text = std::format!("a request may have no more than {REQUEST_MAX} bytes");
        Failure::new(Code::TooLarge, text)
    };
    if body.size_hint().lower() > REQUEST_MAX as u64 {
        return Err(too_large());
    }
    let mut body = Box::pin(body);
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(frame) = core::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            let broken = |_| Failure::new(Code::BadRequest, "the request's body broke off");
            let Ok(mut data) = frame.map_err(broken)?.into_data() else { continue };
            while hyper::body::Buf::has_remaining(&data) {
                let chunk = hyper::body::Buf::chunk(&data);
                if bytes.len() + chunk.len() > REQUEST_MAX {
                    return Err(too_large());
                }
                bytes.extend_from_slice(chunk);
                let taken = chunk.len();
                hyper::body::Buf::advance(&mut data, taken);
            }
        }
        Ok(())
    };
    let late = |_| Failure::new(Code::TimedOut, "the request's body did not come in time");
    timeout(PATIENCE, reading).await.map_err(late)??;
    Ok(bytes)
}
