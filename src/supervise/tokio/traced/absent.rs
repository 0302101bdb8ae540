//! Without tracebacks: polls are polls, and nothing is kept.

use core::any::Any;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::string::String;
use std::sync::Arc;

use ::tokio::runtime::Handle;

use super::entry::Entry;
use super::shared::Shared;
use super::supervised::{Run, Turn};
use crate::supervise::status::Snapshot;
use crate::supervise::word::Seen;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noted(());

#[derive(Debug, Default)]
pub(super) struct Pulse(());

#[derive(Debug, Default)]
pub(super) struct Tracer(());

#[derive(Debug, Default)]
pub(super) struct Kept(());

/// A poll, which nobody watches.
pub(super) struct Busy(());

impl Drop for Busy {
    fn drop(&mut self) {}
}

#[inline]
pub(super) fn begin(_: &Entry, _: Seen) -> Busy {
    Busy(())
}

#[inline]
pub(super) fn poll<F: Future, P: Turn>(
    _: &Run<P>,
    _: Seen,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    future.poll(cx)
}

pub(super) fn look(_: &Entry, _: &Kept, _: &mut Snapshot) {}

pub(super) fn noted(_: &(dyn Any + Send)) -> Noted {
    Noted(())
}

pub(super) fn location(_: &Noted) -> Option<String> {
    None
}

pub(super) fn lines(_: &Noted) -> String {
    String::new()
}

impl Shared {
    pub(super) fn watch(self: &Arc<Self>, _: &Entry) {}

    pub(super) fn accompany(self: &Arc<Self>, _: &Handle) {}

    pub(super) fn canaries_on(&self, _: &Handle) -> usize {
        0
    }
}
