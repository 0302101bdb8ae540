//! The control socket: no request and no bytes panic, every answer is one that is described, and
//! whatever a client reads out of a stream was in it.

use core::future::poll_fn;
use core::panic::AssertUnwindSafe;
use core::pin::{Pin, pin};
use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use bolero::check;
use hyper::body::{Body as HttpBody, Bytes, Frame};
use hyper::{Method, Request};
use ringvisor::control::api::{Envelope, LogPage, Refusal, Task};
use ringvisor::control::{Client, Operator, Peer, Place, Server, Service, SseParser, View};
use ringvisor::{RingStream, Supervisor};
use ringvisor_fuzz::{ITERATIONS, spell};
use tokio::runtime;

const PATH: [&str; 32] = [
    "/",
    "v1",
    "tasks",
    "logs",
    "events",
    "ring",
    "levels",
    "status",
    "diagnose",
    "dump",
    "debug",
    "livez",
    "readyz",
    "session",
    "worker",
    "start",
    "kill",
    "trace",
    "runs",
    "%2F",
    "%",
    "%zz",
    "*",
    "..",
    "é",
    "~",
    "/v1/",
    "/v1/tasks/",
    "/v1/tasks/worker/",
    "/v1/logs",
    "/v1/tasks",
    "resume",
];
const QUERY: [&str; 32] = [
    "&",
    "=",
    "grep",
    "/(/",
    "*",
    "last",
    "limit",
    "18446744073709551616",
    "0",
    "7",
    "-1",
    "level",
    "warn",
    "task",
    "since",
    "-10m",
    "@9",
    "2026-11-21",
    "99:99",
    "cursor",
    "1.2.3",
    "format",
    "text",
    "ndjson",
    "sse",
    "view",
    "table",
    "template",
    "{time:%Q}",
    "follow=1",
    "%F0",
    "after=x&",
];
const BODY: [&str; 16] = [
    "{", "}", "\"", ":", ",", "target", "level", "trace", "for_ms", "keep", "true", "reason",
    "1e99", "wait_ms", "0", "[",
];

#[derive(Debug)]
struct Whole(Option<Bytes>);

impl HttpBody for Whole {
    type Data = Bytes;
    type Error = core::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[test]
fn requests() {
    let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let supervisor = Supervisor::on(runtime.handle().clone());
    drop(supervisor.spawn("worker", core::future::pending::<()>()).unwrap());
    let stream = RingStream::with_bytes(1 << 16).unwrap();
    let service = Service::new(Operator::new(View::new("fuzz", stream, supervisor)));
    // After a panic nobody looks at them again.
    let asked = AssertUnwindSafe((runtime, service));
    check!()
        .with_iterations(ITERATIONS / 4)
        .with_type::<(u8, Vec<u8>, Vec<u8>, Vec<u8>)>()
        .for_each(|(method, path, query, body)| {
            let methods = [Method::GET, Method::POST, Method::HEAD, Method::DELETE];
            let method = methods[usize::from(*method) % methods.len()].clone();
            let text = format!("/{}?{}", spell(path, &PATH), spell(query, &QUERY));
            let body = Whole(Some(spell(body, &BODY).into_bytes().into()));
            // What is no URI does not come so far.
            let Ok(request) = Request::builder().method(method).uri(&text).body(body) else {
                return;
            };
            let (runtime, service) = &*asked;
            runtime.block_on(ask(service, request, &text));
        });
}

async fn ask(service: &Service, request: Request<Whole>, text: &str) {
    let response = service.answer(request, &Peer::Mounted("fuzz".into())).await;
    let (status, kind) = (response.status().as_u16(), response.headers()["content-type"].clone());
    assert!(matches!(status, 200 | 400 | 403..=405 | 409 | 413 | 503), "{text}: {status}");
    let mut body = pin!(response.into_body());
    let first =
        tokio::time::timeout(Duration::from_secs(10), poll_fn(|cx| body.as_mut().poll_frame(cx)));
    let Ok(Some(Ok(frame))) = first.await else { return };
    let bytes = frame.into_data().unwrap();
    if status >= 400 && status != 503 {
        serde_json::from_slice::<Refusal>(&bytes).expect(text);
    } else if kind == "application/json" {
        serde_json::from_slice::<serde_json::Value>(&bytes).expect(text);
    }
}

/// Whatever is sent to the socket, what comes back is an answer or nothing, at once, and the server
/// lives on.
#[test]
fn bytes() {
    const ALPHABET: [&str; 32] = [
        "GET ",
        "POST ",
        "/v1/tasks/worker/stop",
        "/v1/levels",
        "/livez",
        "?a=b",
        " HTTP/1.1\r\n",
        " HTTP/1.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\r\n",
        "\n",
        "host: x\r\n",
        "content-length: ",
        "0",
        "9",
        "18446744073709551616",
        "-1",
        "transfer-encoding: chunked\r\n",
        "transfer-encoding: gzip\r\n",
        "ffffffffffffffff\r\n",
        "1\r\n{\r\n",
        "0\r\n\r\n",
        "connection: close\r\n",
        "connection: upgrade\r\n",
        "upgrade: websocket\r\n",
        "expect: 100-continue\r\n",
        "accept: text/event-stream\r\n",
        "{}",
        ":",
        " ",
        "\0",
        "é",
    ];
    let folder = std::env::temp_dir().join(format!("ringvisor-fuzz-{}", std::process::id()));
    let place = Place::in_directory(&folder, "fuzz");
    let stream = RingStream::with_bytes(1 << 16).unwrap();
    let server = Server::new(Operator::new(View::new("fuzz", stream, Supervisor::new())));
    let running = server.listen(&place).start().unwrap();
    check!().with_iterations(ITERATIONS / 4).with_type::<Vec<u8>>().for_each(|bytes| {
        let text = spell(bytes, &ALPHABET);
        let mut socket = UnixStream::connect(place.path()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // It may be refused before it is read to its end.
        _ = socket.write_all(text.as_bytes());
        _ = socket.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let end = socket.read_to_end(&mut answer).map_err(|error| error.kind());
        assert_ne!(end, Err(ErrorKind::WouldBlock), "{text:?} is never answered");
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{text:?}: {answer:?}");
    });
    assert_eq!(Client::unix(place.path()).text("/livez").unwrap(), "ok\n");
    drop(running);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn streams() {
    check!().with_iterations(ITERATIONS).with_type::<(Vec<u8>, usize)>().for_each(
        |(bytes, size)| {
            const ALPHABET: [&str; 12] =
                ["event", "id", "data", ":", " ", "\n", "\r", "log", "{}", "7", "é", "\n\n"];
            let text = spell(bytes, &ALPHABET);
            let events = |size: usize| {
                let mut parser = SseParser::default();
                let pieces = text.as_bytes().chunks(size.max(1));
                pieces.for_each(|piece| parser.take(piece).unwrap());
                core::iter::from_fn(|| parser.next_event()).collect::<Vec<_>>()
            };
            let whole = events(usize::MAX);
            assert_eq!(whole, events(size % 7), "however it is cut");
            for event in whole {
                assert!(event.data.split('\n').all(|line| text.contains(line)));
            }
        },
    );
}

#[test]
fn envelopes() {
    check!().with_iterations(ITERATIONS).with_type::<Vec<u8>>().for_each(|bytes| {
        const ALPHABET: [&str; 16] = [
            "{\"v\":1,\"program\":{},\"data\":",
            "}",
            "[",
            "]",
            ",",
            "{\"records\":[",
            "\"lost\":1",
            "\"position\":\"\"",
            "null",
            "-1",
            "1e400",
            "\"",
            "\\u0000",
            "{",
            "\"msg\":",
            ":",
        ];
        let text = spell(bytes, &ALPHABET);
        if let Ok(read) = serde_json::from_str::<Envelope<LogPage>>(&text) {
            let again = serde_json::to_string(&read).unwrap();
            assert_eq!(serde_json::from_str::<Envelope<LogPage>>(&again).unwrap(), read);
        }
        _ = serde_json::from_str::<Envelope<Vec<Task>>>(&text);
    });
}
