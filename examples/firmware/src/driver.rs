//! embassy's time driver: microseconds made of the processor's cycles, and a look at the queue each
//! millisecond.

use core::cell::RefCell;
use core::task::Waker;

use critical_section::Mutex;
use embassy_time_driver::{Driver, TICK_HZ};
use embassy_time_queue_utils::Queue;

use crate::board::HZ;
use crate::time;

struct Cycles {
    queue: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static DRIVER: Cycles = Cycles {
    queue: Mutex::new(RefCell::new(Queue::new())),
});

impl Driver for Cycles {
    fn now(&self) -> u64 {
        // HZ is a multiple of 100 kHz on all boards.
        time::cycles() * (TICK_HZ / 100_000) / u64::from(HZ / 100_000)
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|cs| {
            self.queue.borrow(cs).borrow_mut().schedule_wake(at, waker);
        });
    }
}

/// Wakes whose time has come.
pub(crate) fn turn() {
    let now = DRIVER.now();
    critical_section::with(|cs| {
        DRIVER.queue.borrow(cs).borrow_mut().next_expiration(now);
    });
}
