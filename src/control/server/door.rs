//! Who may come in, how many at once, and a record of those who may not.

use core::fmt;
use core::time::Duration;
use std::string::ToString;
use std::sync::Arc;

use hyper::body::Body as HttpBody;
use hyper::{Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::control::service::{Body, Peer, Service};
use crate::record::{Level, Value};
use crate::sync::plain::{AtomicU64, Ordering};

/// How many connections there are over TCP at most.
const TCP_SEATS: usize = 64;

/// What all connections share.
pub(super) struct Door {
    service: Service,
    /// The user whose processes may come in.
    uid: u32,
    seats: Arc<Semaphore>,
    /// Over TCP other users can take seats too, so those are others.
    tcp_seats: Arc<Semaphore>,
    refused: AtomicU64,
    /// How long the head of a request may take to come.
    pub(super) head: Duration,
}

impl Door {
    pub(super) fn new(service: Service, uid: u32, connections: usize, head: Duration) -> Self {
        let seats = Arc::new(Semaphore::new(connections.min(Semaphore::MAX_PERMITS)));
        let tcp_seats = Arc::new(Semaphore::new(connections.min(TCP_SEATS)));
        Self { service, uid, seats, tcp_seats, refused: AtomicU64::new(0), head }
    }

    /// Whether a process of that user may come in: ours and the system's.
    pub(super) fn admits(&self, uid: u32) -> bool {
        uid == self.uid || uid == 0
    }

    /// A place for one more connection of that peer, as long as there is one.
    pub(super) fn seat(&self, peer: &Peer) -> Option<OwnedSemaphorePermit> {
        let seats = if matches!(peer, Peer::Tcp(_)) { &self.tcp_seats } else { &self.seats };
        Arc::clone(seats).try_acquire_owned().ok()
    }

    pub(super) async fn answer<B: HttpBody>(
        &self,
        request: Request<B>,
        peer: &Peer,
    ) -> Response<Body> {
        self.service.answer(request, peer).await
    }

    /// Writes down that somebody was refused: the first time and then ever more rarely, so that
    /// nobody fills the log from outside.
    pub(super) fn refuse(&self, who: &dyn fmt::Display, why: &str) {
        let count = self.refused.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if !count.is_power_of_two() {
            return;
        }
        let who = who.to_string();
        let facts =
            [("by", Value::Str(&who)), ("reason", Value::Str(why)), ("refused", Value::U64(count))];
        let view = self.service.view();
        view.audit(Level::Warn, format_args!("refused to talk to {who}: {why}"), &facts);
    }
}

#[cfg(test)]
mod tests;
