//! Where files cannot be mapped the log is on the heap.

use std::panic::PanicHookInfo;
use std::sync::Arc;

use super::error::InitError;
use crate::sink::{File, Notes};
use crate::stream::{Config, RingStream};

#[derive(Clone, Debug, Default)]
pub(super) struct Wish;

#[derive(Debug)]
pub(super) struct Kept;

impl Wish {
    pub(super) fn start(&self, config: Config) -> Result<(RingStream, Kept), InitError> {
        Ok((config.build().map_err(InitError::Ring)?, Kept))
    }
}

impl Kept {
    pub(super) fn tell_last_run(&self, _: &RingStream, _: &[File]) {}

    pub(super) fn notes(&self, _: usize) -> Option<Arc<dyn Notes>> {
        None
    }

    pub(super) fn watch(&'static self, _: fn()) {}

    pub(super) fn mark_exit(&self) {}

    #[cfg_attr(not(feature = "tokio"), allow(dead_code, reason = "there are no tasks to tell of"))]
    pub(super) fn tell_of<E>(&self, _: &E) {}

    pub(super) fn forget_panic(&self) {}

    pub(super) fn mark_panic(&self, _: &PanicHookInfo<'_>) {}
}
