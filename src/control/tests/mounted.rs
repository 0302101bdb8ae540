//! The service without a server: requests in, responses out.

use core::future::poll_fn;
use core::pin::Pin;
use std::string::String;
use std::vec::Vec;

use hyper::body::{Body as _, Bytes, Frame, SizeHint};
use hyper::{Request, Response};
use tower_service::Service as _;

use super::Fixture;
use crate::control::{Body, Operator, Peer, Service};

/// A request without a body.
struct Empty;

impl hyper::body::Body for Empty {
    type Data = Bytes;
    type Error = core::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut core::task::Context<'_>,
    ) -> core::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        core::task::Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

async fn text(response: Response<Body>) -> String {
    let (mut body, mut bytes) = (response.into_body(), Vec::new());
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        bytes.extend_from_slice(&frame.into_data().unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn it_is_a_tower_service() {
    let fixture = Fixture::new();
    super::runtime().block_on(async {
        let mut service = Service::new(Operator::new(fixture.view.clone()));
        let answer = service.call(Request::get("/livez").body(Empty).unwrap()).await.unwrap();
        assert_eq!(text(answer).await, "ok\n");

        let mut request = Request::post("/v1/tasks/none/stop").body(Empty).unwrap();
        request.extensions_mut().insert(Peer::Mounted("alice".into()));
        let answer = service.call(request).await.unwrap();
        assert_eq!(answer.status(), 404);
        let request = Request::get("/v1/logs?format=text&target=ringvisor::audit");
        let log = service.call(request.body(Empty).unwrap()).await.unwrap();
        assert!(text(log).await.contains("stop none, by alice: refused"));
    });
}
