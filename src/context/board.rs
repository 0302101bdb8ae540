//! A board polls its tasks one within the other, by interrupts of ever higher priority, so that one
//! word says which of them is running.

use super::Current;
use crate::record::TaskId;
use crate::sync::plain::{AtomicU32, Ordering};

/// Number of the task that is polled, above it the exception that polls it: an interrupt that comes in
/// between is not part of the task.
static CURRENT: AtomicU32 = AtomicU32::new(0);

/// How many bits the number of a task has.
const NUMBER_BITS: u32 = 8;

/// Calls `f` while `task` is the current one; `None` is no task. Of its identity the lowest 8 bits
/// are kept.
#[inline(always)]
pub fn scope<R>(task: Option<&Current<'_>>, f: impl FnOnce() -> R) -> R {
    let number = task.map_or(0, |task| task.id.0 as u8);
    let before = CURRENT.load(Ordering::Relaxed);
    CURRENT.store(exception() << NUMBER_BITS | u32::from(number), Ordering::Relaxed);
    let result = f();
    CURRENT.store(before, Ordering::Relaxed);
    result
}

/// Calls `f` with the task that runs now, of which a board knows the number and nothing else.
#[inline]
pub fn with<R>(f: impl FnOnce(Option<&Current<'_>>) -> R) -> R {
    match number() {
        0 => f(None),
        number => f(Some(&Current { id: TaskId(number.into()), run: 0, name: "" })),
    }
}

/// The number of the task that runs now; 0 for none, and in an interrupt that came in between.
#[inline(always)]
pub(crate) fn number() -> u32 {
    let number = CURRENT.load(Ordering::Relaxed) ^ exception() << NUMBER_BITS;
    if number < 1 << NUMBER_BITS { number } else { 0 }
}

/// The number of the exception that is being handled; 0 for none.
#[cfg(all(target_arch = "arm", target_os = "none"))]
#[allow(unsafe_code)]
#[inline(always)]
fn exception() -> u32 {
    let number: u32;
    // SAFETY: reading IPSR, which every Cortex-M has, changes nothing.
    unsafe {
        core::arch::asm!("mrs {}, IPSR", out(reg) number, options(nomem, nostack, preserves_flags));
    }
    number
}

/// A core that does not say it: its interrupts count as part of the task that they interrupt.
#[cfg(not(all(target_arch = "arm", target_os = "none")))]
#[inline(always)]
fn exception() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use super::{Current, TaskId, number, scope, with};

    #[test]
    fn tasks_are_polled_one_within_the_other() {
        let task = |number| Current { id: TaskId(number), run: 1, name: "" };
        let outer = || {
            assert_eq!(number(), 3);
            scope(Some(&task(7)), || with(|task| assert_eq!(task.map(|task| task.id.0), Some(7))));
            scope(None, || assert_eq!(number(), 0));
            assert_eq!(number(), 3);
        };
        scope(Some(&task(3)), outer);
        assert_eq!(number(), 0);
    }
}
