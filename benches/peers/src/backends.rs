//! Whole backends behind the global facades. A process can install one only, so each runs in a
//! child process of its own.

mod file;
mod log;
pub mod off;
mod reference;
mod text;
mod tracing;

use std::any::Any;
use std::path::Path;

pub use self::file::FILE;
pub use self::log::LOG;
pub use self::reference::{LOG_REFERENCES, TRACING_REFERENCES};
pub use self::tracing::TRACING;

/// A backend and how to install it.
#[derive(Clone, Copy)]
pub struct Backend {
    pub name: &'static str,
    /// Installs it as the process's logger. Files go into the directory given.
    pub install: fn(&Path) -> Guard,
    pub weight: Weight,
}

/// What a backend needs alive as long as it is used.
pub type Guard = Box<dyn Any>;

/// Whether a quick run can afford as many rounds of a backend as of the others.
#[derive(Clone, Copy, PartialEq)]
pub enum Weight {
    Light,
    /// Takes a microsecond per call or has a thread that goes on working for long.
    Heavy,
}

impl Backend {
    pub const fn light(name: &'static str, install: fn(&Path) -> Guard) -> Self {
        Self { name, install, weight: Weight::Light }
    }

    pub const fn heavy(name: &'static str, install: fn(&Path) -> Guard) -> Self {
        Self { name, install, weight: Weight::Heavy }
    }
}

/// For backends that live in statics of their own.
fn nothing_to_hold() -> Guard {
    Box::new(())
}
