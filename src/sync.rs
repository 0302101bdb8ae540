//! The only file that names `core::sync::atomic`.

#[cfg(target_has_atomic = "64")]
pub(crate) use core::sync::atomic::AtomicU64;
#[cfg(any(feature = "std", target_has_atomic = "64"))]
pub(crate) use core::sync::atomic::Ordering;
#[cfg(feature = "std")]
pub(crate) use core::sync::atomic::{AtomicU8, AtomicUsize};
