//! Builds only if neither std nor alloc is anywhere below the library.
//!
//! std would bring a second panic handler, alloc would need an allocator, and a static library has
//! to have exactly one of the first and, if asked for, one of the second.

#![no_std]

use ringvisor as _;

#[cfg(feature = "alloc-bites")]
extern crate alloc;
#[cfg(feature = "std-bites")]
extern crate std;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
