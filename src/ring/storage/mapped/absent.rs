//! Stands in where files cannot be mapped.

use super::Native;
use crate::ring::Word;

/// Memory in a file; there is none here.
#[derive(Debug)]
pub struct Mapping<W: Word = Native> {
    nothing: core::convert::Infallible,
    word: core::marker::PhantomData<W>,
}

impl<W: Word> Mapping<W> {
    /// All of it.
    pub fn words(&self) -> &[W::Atomic] {
        match self.nothing {}
    }
}
