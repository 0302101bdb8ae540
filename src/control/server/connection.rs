//! Connections: taken, counted, served, and closed when they bring nothing.

use core::convert::Infallible;
use core::future::Future;
use core::time::Duration;
use std::boxed::Box;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;

use super::door::Door;
use super::tcp::Guard;
use crate::control::io::{Alarm, Io};
use crate::control::service::{Body, Peer, answer};
use crate::sync::plain::{AtomicBool, Ordering};

/// How long nothing is accepted after the system refused to.
const PAUSE: Duration = Duration::from_millis(50);
/// How much of a connection is held in memory, in bytes, in each direction.
const BUFFER: usize = 32 << 10;
/// What somebody is told who finds no seat.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Takes connections of processes on this machine.
pub(super) async fn accept_local(listener: UnixListener, door: Arc<Door>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Most likely all descriptors are in use; some will come back.
            sleep(PAUSE).await;
            continue;
        };
        let Some(peer) = local_peer(&stream, &door) else { continue };
        let Some(seat) = door.seat(&peer) else {
            door.refuse(&peer, "too many connections");
            // Whoever does not read it finds the connection closed.
            _ = stream.try_write(FULL);
            continue;
        };
        tokio::spawn(serve_local(stream, Arc::clone(&door), peer, seat));
    }
}

/// Who is at the other end, if he may be there.
fn local_peer(stream: &UnixStream, door: &Door) -> Option<Peer> {
    let credentials = match stream.peer_cred() {
        Ok(credentials) => credentials,
        Err(error) => {
            door.refuse(&"somebody", &std::format!("the system does not tell who it is: {error}"));
            return None;
        }
    };
    let peer = Peer::Local { uid: credentials.uid(), pid: credentials.pid() };
    if door.admits(credentials.uid()) {
        return Some(peer);
    }
    door.refuse(&peer, "it is another user");
    None
}

async fn serve_local(stream: UnixStream, door: Arc<Door>, peer: Peer, seat: OwnedSemaphorePermit) {
    let _seat = seat;
    let has_asked = AtomicBool::new(false);
    let answer = |request: Request<Incoming>| async {
        has_asked.store(true, Ordering::Relaxed);
        Ok::<_, Infallible>(door.answer(request, &peer).await)
    };
    let served = serve(stream, door.head, answer).await;
    tell_if_late(served, has_asked.load(Ordering::Relaxed), &door, &peer);
}

/// Writes down that nothing was asked in time. A connection that breaks off, or is left open behind
/// an answer, is the other side's affair.
fn tell_if_late(served: hyper::Result<()>, has_asked: bool, door: &Door, peer: &Peer) {
    if !has_asked && served.is_err_and(|error| error.is_timeout()) {
        door.refuse(peer, "no request came in time");
    }
}

/// Takes connections over TCP.
pub(super) async fn accept_tcp(listener: TcpListener, door: Arc<Door>, guard: Box<Guard>) {
    let guard: Arc<Guard> = Arc::from(guard);
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let peer = Peer::Tcp(address);
        let Some(seat) = door.seat(&peer) else {
            door.refuse(&peer, "too many connections");
            _ = stream.try_write(FULL);
            continue;
        };
        tokio::spawn(serve_tcp(stream, Arc::clone(&door), Arc::clone(&guard), peer, seat));
    }
}

async fn serve_tcp(
    stream: TcpStream,
    door: Arc<Door>,
    guard: Arc<Guard>,
    peer: Peer,
    seat: OwnedSemaphorePermit,
) {
    let _seat = seat;
    let has_asked = AtomicBool::new(false);
    let answer = |request: Request<Incoming>| async {
        has_asked.store(true, Ordering::Relaxed);
        if let Err(failure) = guard.check(request.headers()) {
            door.refuse(&peer, &failure.message);
            return Ok::<_, Infallible>(answer::failure(&failure));
        }
        if let Some(response) = guard.session(request.method(), request.uri().path()) {
            return Ok(response);
        }
        Ok(door.answer(request, &peer).await)
    };
    let served = serve(stream, door.head, answer).await;
    tell_if_late(served, has_asked.load(Ordering::Relaxed), &door, &peer);
}

async fn serve<T, F, A>(stream: T, head: Duration, answer: F) -> hyper::Result<()>
where
    T: AsyncRead + AsyncWrite + Unpin,
    F: Fn(Request<Incoming>) -> A,
    A: Future<Output = Result<Response<Body>, Infallible>>,
{
    let mut http = http1::Builder::new();
    http.timer(Alarm).header_read_timeout(head).max_buf_size(BUFFER);
    http.serve_connection(Io(stream), service_fn(answer)).await
}
