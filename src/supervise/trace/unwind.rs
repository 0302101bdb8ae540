//! Walks this thread's stack between two of its addresses.
//!
//! The unwinder is the one that `std` links for panics; it is asked for addresses only. Stopping at
//! the wrapper's own frame is what makes it cheap: a stack of a runtime is three times as deep.

#![allow(unsafe_code, reason = "the unwinder is a C interface")]

use core::ffi::{c_int, c_void};
use core::ops::Range;

use super::frames::Buffer;

/// The unwinder's own names for "go on" and "that was all".
const NO_REASON: c_int = 0;
const END_OF_STACK: c_int = 5;

type Visit = unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int;

unsafe extern "C" {
    fn _Unwind_Backtrace(visit: Visit, argument: *mut c_void) -> c_int;
    fn _Unwind_GetIP(context: *mut c_void) -> usize;
    /// In the visitor this is the stack pointer of the frame that is visited.
    fn _Unwind_GetCFA(context: *mut c_void) -> usize;
}

struct Walk<'a> {
    stack: Range<usize>,
    into: &'a mut Buffer,
}

/// Adds the frames whose stack pointer is in `stack` to `into`, the innermost first.
///
/// Whoever gives the address of one of its locals as a bound is left out as the start, and is part
/// of it as the end. Takes no lock and does not allocate.
pub(crate) fn walk(stack: Range<usize>, into: &mut Buffer) {
    let mut walk = Walk { stack, into };
    // SAFETY: `visit` gets `argument` back while this call lasts, and nowhere else is it used.
    unsafe { _Unwind_Backtrace(visit, (&raw mut walk).cast()) };
}

/// # Safety
/// `context` is the unwinder's, `argument` a `Walk` that nobody else uses now.
unsafe extern "C" fn visit(context: *mut c_void, argument: *mut c_void) -> c_int {
    // SAFETY: that is what the caller promises.
    let (walk, pointer, address) = unsafe {
        (&mut *argument.cast::<Walk<'_>>(), _Unwind_GetCFA(context), _Unwind_GetIP(context))
    };
    if pointer <= walk.stack.start {
        return NO_REASON;
    }
    let goes_on = pointer <= walk.stack.end && address != 0 && walk.into.push(address);
    if goes_on { NO_REASON } else { END_OF_STACK }
}

#[cfg(test)]
mod tests;
