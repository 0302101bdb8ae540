//! The interest that `tracing` remembers for each call site.

use parking_lot::ReentrantMutex;

/// One at a time: of two that run at once, each asks for levels as of its own start, and the older
/// answer could be stored last. Reentrant, since all subscribers are asked and one may change a
/// level.
static ONE_AT_A_TIME: ReentrantMutex<()> = ReentrantMutex::new(());

/// Makes `tracing` ask again which call sites are of interest. Call it without a lock: it runs the
/// code of all subscribers.
pub(in crate::stream) fn tell_tracing() {
    let _guard = ONE_AT_A_TIME.lock();
    crate::stream::tracing::levels_changed();
}
