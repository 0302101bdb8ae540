//! Whose box it is, and how its region is divided.

use std::fs;
use std::string::String;
use std::vec::Vec;

use super::page::{Damaged, IDENTITY, pack_text, unpack_text};
use crate::sync::AtomicU64;

/// What is written when a box is made and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) pid: u64,
    pub(super) started_ns: i64,
    /// The run's number, which positions in its log name.
    pub(super) run: u64,
    /// Which boot of the machine it was; zeros where the system does not tell.
    pub(super) machine: [u64; 2],
    pub(super) layout: [u64; 5],
    pub(super) name: String,
}

/// Words of a name.
const NAME: usize = 16;

impl Identity {
    pub(super) fn write(&self, page: &[AtomicU64]) {
        let mut words = std::vec![self.pid, self.started_ns as u64, self.run];
        words.extend(self.machine);
        words.extend(self.layout);
        words.extend(pack_text(&self.name, NAME));
        IDENTITY.write(page, &words);
    }

    pub(super) fn read(page: &[u64]) -> Result<Self, Damaged> {
        let words = IDENTITY.read(page)?.ok_or(Damaged)?;
        let (fixed, name) = words.split_first_chunk::<10>().ok_or(Damaged)?;
        let [pid, started, run, m0, m1, layout @ ..] = *fixed;
        let name = unpack_text(name.get(..NAME).ok_or(Damaged)?);
        Ok(Self { pid, started_ns: started as i64, run, machine: [m0, m1], layout, name })
    }
}

/// Which boot of the machine this is; zeros where the system does not tell.
pub(super) fn machine() -> [u64; 2] {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let half = |digits: Option<&[u8]>| {
        let text = core::str::from_utf8(digits?).ok()?;
        u64::from_str_radix(text, 16).ok()
    };
    [half(digits.get(..16)).unwrap_or(0), half(digits.get(16..32)).unwrap_or(0)]
}

/// Whether the machine was booted since; `false` where that is not known.
pub(super) fn is_other_boot(then: [u64; 2]) -> bool {
    let now = machine();
    now != then && now != [0; 2] && then != [0; 2]
}
