//! Who may come in.

use core::time::Duration;

use super::Door;
use crate::control::View;
use crate::control::service::Service;
use crate::stream::RingStream;
use crate::supervise::Supervisor;

#[test]
fn its_user_and_the_system_may_come_in_and_nobody_else() {
    let stream = RingStream::with_bytes(1 << 16).unwrap();
    let service = Service::read_only(View::new("test", stream, Supervisor::new()));
    let door = Door::new(service, 1_000, 1, Duration::ZERO);
    assert!(door.admits(1_000) && door.admits(0));
    assert!(!door.admits(1_001) && !door.admits(u32::MAX));
}
