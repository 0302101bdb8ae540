//! What a panic leaves for the next start.

use core::panic::PanicInfo;

use log::error;

use crate::supervise::embassy::Tasks;

/// Writes who panicked, where and why to the program's logger; for a panic handler, which then
/// resets the board. Needs no lock, so it works wherever the panic came from.
///
/// In memory that a reset leaves alone the record is there at the next start, behind the last lines
/// before it: see [`RingStream::recover`](crate::stream::RingStream::recover).
pub fn last_words<const N: usize>(panic: &PanicInfo<'_>, tasks: &Tasks<N>) {
    let name = tasks.current().map_or("no task", |task| task.name());
    let (file, line) = panic.location().map_or(("?", 0), |place| (place.file(), place.line()));
    error!("{name} panicked at {file}:{line}: {}", panic.message());
}
