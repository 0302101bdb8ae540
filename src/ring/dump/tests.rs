//! A ring comes out of a dump as it was, wherever it lies; anything else is no danger.

use std::vec::Vec;

use proptest::prelude::{any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::{RATE, find};
use crate::ring::{Heap, Read, Reader, Region, Storage, Word};
use crate::sync::Ordering::Relaxed;

/// A board's memory: a ring of these records, and something else around it.
fn dump(records: &[Vec<u8>], words_before: usize) -> Vec<u8> {
    let heap = Heap::<u32>::new(4 << 10, 1, 0).expect("there is so much memory");
    let region = heap.region();
    region.stamp(1);
    u32::store(&region.words[RATE], 25_000_000, Relaxed);
    for record in records {
        let _ = region.shard(0).write(record);
    }
    let mut dump = std::vec![0x55; 4 * words_before];
    dump.extend(region.words.iter().flat_map(|word| u32::load(word, Relaxed).to_le_bytes()));
    dump.extend([0x55; 64]);
    dump
}

/// All records that are there.
fn read(region: &Region<'_, u32>) -> Vec<Vec<u8>> {
    let shard = region.shard(0);
    let (mut reader, mut buffer) = (Reader::oldest(&shard), std::vec![0; shard.len_max()]);
    let mut records = Vec::new();
    while let Read::Record(record) = reader.read(&shard, &mut buffer) {
        records.push(record.to_vec());
    }
    records
}

proptest! {
    #[test]
    fn a_ring_is_found_wherever_it_lies(
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 0..200),
        words_before in 0..50_usize,
    ) {
        let found = find(&dump(&records, words_before)).expect("it is there");
        let salvaged = found.heap.region().salvage(|_, _| true);
        let kept = read(&found.heap.region());
        prop_assert_eq!(found.rate, 25_000_000);
        prop_assert_eq!(salvaged.intact, kept.len() as u64);
        prop_assert!(records.ends_with(&kept) && kept.len() >= records.len().min(20));
    }

    #[test]
    fn damage_is_no_danger(
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 0..100),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut dump = dump(&records, 0);
        dump.truncate(cut.index(2 * dump.len()));
        for (at, byte) in &damage {
            let at = at.index(dump.len().max(1));
            dump.iter_mut().skip(at).take(1).for_each(|damaged| *damaged = *byte);
        }
        if let Some(found) = find(&dump) {
            found.heap.region().salvage(|_, _| true);
            read(&found.heap.region());
        }
    }
}
