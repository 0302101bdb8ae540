//! Without tracebacks: polls are polls, and nothing is kept.

use core::any::Any;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::string::String;
use std::sync::Arc;

use super::entry::Entry;
use super::shared::Shared;
use super::supervised::Run;
use super::word::Seen;
use crate::supervise::status::Snapshot;

pub(super) type Number = ();
pub(super) type Noted = ();

#[derive(Debug, Default)]
pub(super) struct Pulse;

#[derive(Debug, Default)]
pub(super) struct Tracer;

#[derive(Debug, Default)]
pub(super) struct Kept;

#[inline]
pub(super) fn begin(_: &Run, _: Seen) {}

#[inline]
pub(super) fn poll<F: Future>(
    _: &Run,
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
    pub(super) fn watched(self: &Arc<Self>) -> Number {}
}
