//! Which counter Linux keeps its own time by.

use std::fs::File;
use std::io::Read;

const CURRENT: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

/// Whether the kernel's clock source is `clocksource`; also false if the kernel cannot be asked.
///
/// Opens, reads and closes one file, through buffers on the stack only.
pub(super) fn names(clocksource: &str) -> bool {
    let mut text = [0; 32];
    let read = File::open(CURRENT).and_then(|mut file| file.read(&mut text));
    let name = read.ok().and_then(|len| text.get(..len));
    name.is_some_and(|name| name.trim_ascii_end() == clocksource.as_bytes())
}
