//! Text without allocation: where the references put what they format.

use core::cell::Cell;
use core::fmt;
use core::mem::MaybeUninit;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Text on the stack. Not zeroed first, since that would be work that no backend has to do.
pub struct StackText {
    bytes: [MaybeUninit<u8>; Self::CAPACITY],
    len: usize,
}

impl StackText {
    const CAPACITY: usize = 512;

    #[inline]
    pub fn new() -> Self {
        Self { bytes: [const { MaybeUninit::uninit() }; Self::CAPACITY], len: 0 }
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    pub fn bytes(&self) -> &[u8] {
        let bytes = &self.bytes[..self.len];
        // SAFETY: as many bytes as `len` says were written.
        unsafe { bytes.assume_init_ref() }
    }

    /// Cuts what does not fit.
    #[inline]
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        let rest = &mut self.bytes[self.len..];
        let len = bytes.len().min(rest.len());
        rest[..len].write_copy_of_slice(&bytes[..len]);
        self.len += len;
    }
}

impl fmt::Write for StackText {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_bytes(text.as_bytes());
        Ok(())
    }
}

/// `2026-11-21T00:57:26.123456Z`
type Stamp = [u8; 27];

/// The present time. Only the first call in each second works out the date.
#[inline]
pub fn push_timestamp(text: &mut StackText) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut stamp = second(now.as_secs());
    let mut micros = now.subsec_micros();
    for digit in stamp[20..26].iter_mut().rev() {
        *digit = b'0' + (micros % 10) as u8;
        micros /= 10;
    }
    text.push_bytes(&stamp);
}

#[inline]
fn second(second: u64) -> Stamp {
    thread_local! {
        static CACHE: Cell<(u64, Stamp)> = const { Cell::new((u64::MAX, [0; 27])) };
    }
    let (cached, stamp) = CACHE.get();
    if cached == second {
        return stamp;
    }
    let stamp = render(second);
    CACHE.set((second, stamp));
    stamp
}

#[cold]
fn render(second: u64) -> Stamp {
    let time = UNIX_EPOCH + Duration::from_secs(second);
    let text = humantime::format_rfc3339_micros(time).to_string();
    text.as_bytes().try_into().expect("a year of four digits")
}
