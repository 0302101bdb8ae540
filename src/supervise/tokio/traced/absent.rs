//! Without tracebacks: polls are polls, and nothing is kept.

use core::any::Any;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::string::String;
use std::sync::Arc;

use super::entry::Entry;
use super::shared::Shared;
use super::supervised::{Place, Run};
use crate::supervise::status::Snapshot;
use crate::supervise::word::Seen;

pub(super) type Noted = ();

#[derive(Debug, Default)]
pub(super) struct Pulse;

#[derive(Debug, Default)]
pub(super) struct Tracer;

#[derive(Debug, Default)]
pub(super) struct Kept;

#[inline]
pub(super) fn begin(_: &Entry, _: Seen) {}

#[inline]
pub(super) fn poll<F: Future, P: Place>(
    _: &Run<P>,
    _: Seen,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    future.poll(cx)
}

pub(super) fn look(_: &Entry, _: &Kept, _: &mut Snapshot) {}

pub(super) fn noted(_: &(dyn Any + Send)) -> Noted {}

pub(super) fn location(_: &Noted) -> Option<String> {
    None
}

pub(super) fn lines(_: &Noted) -> String {
    String::new()
}

impl Shared {
    pub(super) fn watch(self: &Arc<Self>, _: &Entry) {}
}
