//! Byte strings that many records share, stored once: call sites, names.

use super::word::Word;
use crate::sync::Ordering;

/// A fixed-size, append-only, lock-free table of byte strings in the ring's region.
///
/// ```text
/// used, refused (one line) · names of threads · buckets · strings (hash and length, bytes)
/// ```
///
/// Each string and each name of a thread stands beside a hash of it, so that a copy of the table can
/// be checked where the table itself is gone.
///
/// A string's id is the index of its first word among the strings; it is never 0 and never changes.
/// When the table is full, [`intern`](Self::intern) says so and counts it; the caller then puts
/// the string into the record itself.
#[derive(Debug)]
pub struct Interner<'a, W: Word> {
    counters: &'a [W::Atomic],
    pub(super) threads: &'a [W::Atomic],
    pub(super) buckets: &'a [W::Atomic],
    pub(super) strings: &'a [W::Atomic],
}

/// Buckets looked at before the table is taken for full.
const PROBES: usize = 64;

impl<'a, W: Word> Interner<'a, W> {
    /// The table that lies in `words`; fewer than 64 words hold no string.
    pub(super) fn over(words: &'a [W::Atomic]) -> Self {
        if words.len() < 64 {
            return Self { counters: &[], threads: &[], buckets: &[], strings: &[] };
        }
        let (counters, rest) = words.split_at(W::LINE);
        let (threads, rest) = rest.split_at((words.len() / 16).min(1024));
        let (buckets, strings) = rest.split_at(1 << (words.len() / 8).ilog2());
        Self { counters, threads, buckets, strings }
    }

    /// The id of the string, which is stored if it is new; `None` when the table is full.
    pub fn intern(&self, string: &[u8]) -> Option<u32> {
        let hash = hash(string);
        let id = self.find_or_insert(string, hash);
        if let (None, Some(refused)) = (id, self.counters.get(1)) {
            W::add(refused, W::ONE, Ordering::Relaxed);
        }
        id
    }

    /// How often a string did not fit.
    pub fn refused(&self) -> u64 {
        self.counters.get(1).map_or(0, |word| W::load(word, Ordering::Relaxed).as_u64())
    }

    /// Remembers the name of a thread by its number; an empty name, or one that does not fit, as
    /// being without.
    pub fn name_thread(&self, thread: u16, name: &[u8]) {
        let Some(cell) = self.threads.get(usize::from(thread)) else { return };
        let id = if name.is_empty() { None } else { self.intern(name) };
        let named = id.map_or(W::from_u64(u32::MAX.into()), |id| pack(hash(name), id));
        // Release: pairs with the Acquire load in `thread_name`; carries the string.
        W::store(cell, named, Ordering::Release);
    }

    /// Whether there is no use in telling the name of this thread: it was told, or has no place.
    pub(crate) fn knows_thread(&self, thread: u16) -> bool {
        let cell = self.threads.get(usize::from(thread));
        cell.is_none_or(|cell| W::load(cell, Ordering::Relaxed) != W::ZERO)
    }

    /// The name of a thread, if it was told.
    pub(crate) fn thread_name(&self, thread: u16) -> Option<&'a [u8]> {
        let cell = self.threads.get(usize::from(thread))?;
        self.get(id_of(W::load(cell, Ordering::Acquire)))
    }

    fn find_or_insert(&self, string: &[u8], hash: u32) -> Option<u32> {
        let mask = self.buckets.len().checked_sub(1)?;
        let mut stored = None;
        for probe in 0..PROBES.min(self.buckets.len()) {
            let bucket = &self.buckets[(hash as usize + probe) & mask];
            // Acquire: pairs with the exchange below; carries the string's words.
            let mut entry = W::load(bucket, Ordering::Acquire);
            if entry == W::ZERO {
                let id = match stored {
                    Some(id) => id,
                    None => *stored.insert(self.store(string, hash)?),
                };
                if W::swap_if(bucket, W::ZERO, pack(hash, id)) {
                    return Some(id);
                }
                entry = W::load(bucket, Ordering::Acquire);
            }
            let id = id_of(entry);
            if entry == pack(hash, id) && self.get(id) == Some(string) {
                return Some(id);
            }
        }
        None
    }

    /// Appends the string; its id is unknown to others until it is put into a bucket.
    fn store(&self, string: &[u8], hash: u32) -> Option<u32> {
        let words = 1 + string.len().div_ceil(W::BYTES);
        let used = &self.counters[0];
        // The look before the addition keeps a full table's counter from running away.
        let has_room = |used: W| used.as_u64() as usize + 1 + words <= self.strings.len();
        if !has_room(W::load(used, Ordering::Relaxed)) || string.len() > u16::MAX.into() {
            return None;
        }
        let before = W::add(used, W::from_u64(words as u64), Ordering::Relaxed);
        if !has_room(before) {
            return None;
        }
        let at = 1 + before.as_u64() as usize;
        W::store(&self.strings[at], pack(hash, string.len() as u32), Ordering::Relaxed);
        for (bytes, word) in string.chunks(W::BYTES).zip(&self.strings[at + 1..]) {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            // In the machine's own byte order, so that the words are the string in memory.
            let value = W::from_bytes(&padded[..W::BYTES]);
            W::store(word, value.in_memory_order(), Ordering::Relaxed);
        }
        u32::try_from(at).ok().filter(|&at| id_of(pack::<W>(0, at)) == at)
    }
}

#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
impl<'a, W: Word> Interner<'a, W> {
    /// The string with this id, as [`intern`](Self::intern) returned it.
    #[allow(unsafe_code)]
    pub(crate) fn get(&self, id: u32) -> Option<&'a [u8]> {
        let at = id as usize;
        let stored = W::load(self.strings.get(at)?, Ordering::Relaxed);
        let len = id_of(stored) as usize;
        let words = self.strings.get(at + 1..)?.get(..len.div_ceil(W::BYTES))?;
        if at == 0 || stored == W::ZERO {
            return None;
        }
        // SAFETY: `words` is initialised memory of `len` bytes or more, and an id reaches nobody
        // before its string was stored and published by a Release operation (`find_or_insert`,
        // `name_thread`, or the commit of a record that holds the id); after that no code writes
        // to these words, so they may be read as plain bytes for as long as the region lives.
        Some(unsafe { core::slice::from_raw_parts(words.as_ptr().cast::<u8>(), len) })
    }
}

#[cfg(any(ringvisor_loom, ringvisor_shuttle))]
impl<'a, W: Word> Interner<'a, W> {
    /// Model atomics are not plain memory, so under a model checker no string is found.
    pub(crate) fn get(&self, _: u32) -> Option<&'a [u8]> {
        None
    }
}

pub(super) fn pack<W: Word>(hash: u32, id: u32) -> W {
    // The id takes 20 bits of a 32-bit word and 32 of a 64-bit one; the rest is hash.
    let id_bits = if W::BYTES == 4 { 20 } else { 32 };
    W::from_u64(u64::from(hash) << id_bits | u64::from(id))
}

pub(super) fn id_of<W: Word>(entry: W) -> u32 {
    if W::BYTES == 4 { entry.as_u64() as u32 & 0xf_ffff } else { entry.as_u64() as u32 }
}

/// FNV-1a, 32 bits (Fowler, Noll, Vo): short strings, seldom hashed.
pub(super) fn hash(string: &[u8]) -> u32 {
    string
        .iter()
        .fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
