//! The service as a tower service, for a program's own HTTP server.

use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;

use hyper::body::Body as HttpBody;
use hyper::{Request, Response};

use super::{Body, Peer, Service};

/// Whoever mounts it decides who may ask, and says who it is by a [`Peer`] in the request's
/// extensions; without one, the log says "the program's own server".
impl<B> tower_service::Service<Request<B>> for Service
where
    B: HttpBody + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        let peer = request.extensions().get::<Peer>().cloned();
        let peer = peer.unwrap_or_else(|| Peer::Mounted("the program's own server".into()));
        Box::pin(async move { Ok(service.answer(request, &peer).await) })
    }
}
