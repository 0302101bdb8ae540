//! The string table of a salvaged region.

use std::vec::Vec;

use super::super::interner::{Interner, hash, id_of};
use super::super::word::Word;
use crate::sync::Ordering::Relaxed;

impl<W: Word> Interner<'_, W> {
    /// Forgets strings and names of threads that are not what their hashes say. Of a string that was
    /// forgotten, readers say that it is unknown.
    pub(super) fn salvage(&self) {
        let mut sound = self.walk();
        for bucket in self.buckets {
            let id = id_of(W::load(bucket, Relaxed));
            if self.is_sound(id) {
                sound.push(id as usize);
            }
        }
        sound.sort_unstable();
        self.keep_only(&sound);
        for thread in self.threads {
            let named = W::load(thread, Relaxed);
            let is_kept = |id: u32| {
                sound.binary_search(&(id as usize)).is_ok()
                    && self.strings.get(id as usize).is_some_and(|stored| {
                        let stored = W::load(stored, Relaxed);
                        hash_part(stored) == hash_part(named)
                    })
            };
            if !is_kept(id_of(named)) {
                W::store(thread, W::ZERO, Relaxed);
            }
        }
    }

    /// The sound strings that follow each other from the first one on.
    fn walk(&self) -> Vec<usize> {
        let (mut sound, mut at) = (Vec::new(), 1);
        while u32::try_from(at).is_ok_and(|id| self.is_sound(id)) {
            sound.push(at);
            at += self.words(at);
        }
        sound
    }

    fn is_sound(&self, id: u32) -> bool {
        let stored = self.strings.get(id as usize).map(|stored| W::load(stored, Relaxed));
        stored.zip(self.get(id)).is_some_and(|(stored, string)| {
            hash_part::<W>(stored) == hash_part::<W>(super::super::interner::pack(hash(string), 0))
        })
    }

    /// Words of the string at `at`, its length included.
    fn words(&self, at: usize) -> usize {
        let stored = self.strings.get(at).map_or(W::ZERO, |stored| W::load(stored, Relaxed));
        1 + (id_of(stored) as usize).div_ceil(W::BYTES)
    }

    fn keep_only(&self, sound: &[usize]) {
        let mut at = 0;
        for &string in sound {
            // A bucket may lead into the middle of a string that looks like one itself.
            if string >= at {
                self.clear(at, string);
                at = string + self.words(string);
            }
        }
        self.clear(at, self.strings.len());
    }

    fn clear(&self, from: usize, to: usize) {
        for word in self.strings.get(from..to).unwrap_or_default() {
            W::store(word, W::ZERO, Relaxed);
        }
    }
}

/// The hash that stands above a length or an id.
fn hash_part<W: Word>(word: W) -> u64 {
    word.as_u64() >> if W::BYTES == 4 { 20 } else { 32 }
}
