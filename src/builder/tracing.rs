//! The place in `tracing`.

use tracing_core::dispatcher::{self, Dispatch};
use tracing_core::subscriber::NoSubscriber;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

use super::error::InitError;
use crate::stream::RingStream;

/// Whether the place is free.
///
/// `tracing` tells only what is the default of a thread, which may be a subscriber of that thread
/// alone; so where anything was ever set, a fresh thread is asked.
pub(super) fn check() -> Result<(), InitError> {
    if !dispatcher::has_been_set() {
        return Ok(());
    }
    let asked = std::thread::Builder::new().spawn(|| dispatcher::get_default(occupant));
    match asked.map(std::thread::JoinHandle::join) {
        Ok(Ok(occupant)) => occupant.map_or(Ok(()), Err),
        // Then the attempt to take it will tell.
        _ => Ok(()),
    }
}

/// Takes the place; from here on records arrive.
pub(super) fn claim(stream: &RingStream) -> Result<(), InitError> {
    let dispatch = Dispatch::new(Registry::default().with(stream.layer()));
    dispatcher::set_global_default(dispatch)
        .map_err(|_| InitError::DispatcherAlreadySet { who: None })
}

fn occupant(dispatch: &Dispatch) -> Option<InitError> {
    if dispatch.is::<NoSubscriber>() {
        return None;
    }
    let who = dispatch.is::<Registry>().then_some("tracing_subscriber::Registry");
    Some(InitError::DispatcherAlreadySet { who })
}
