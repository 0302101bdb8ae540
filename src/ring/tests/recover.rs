//! Memory that a reset has left alone, and memory that holds anything at all.

use std::vec;
use std::vec::Vec;

use proptest::prelude::{any, prop};
use proptest::proptest;

use crate::ring::{Heap, Read, Reader, Recovered, Region, Storage, Word};
use crate::sync::Ordering;

fn ring() -> Heap<u32> {
    Heap::new(2 << 10, 1, 0).expect("two kilobytes are enough")
}

/// Reads everything: records, and how many were lost.
fn drain(region: &Region<'_, u32>) -> (Vec<Vec<u8>>, u64) {
    let (shard, mut buffer) = (region.shard(0), vec![0; 512]);
    let (mut reader, mut records, mut lost) = (Reader::from_start(&shard), Vec::new(), 0);
    loop {
        match reader.read(&shard, &mut buffer) {
            Read::Record(record) => records.push(record.to_vec()),
            Read::Lost(count) => lost += count,
            Read::Pending => {
                reader.skip();
                lost += 1;
            }
            Read::Empty => return (records, lost),
        }
    }
}

#[test]
fn what_was_written_is_there_and_what_was_not_finished_is_lost() {
    let ring = ring();
    let region = ring.region();
    assert_eq!(region.recover(), Recovered::Cold);
    let shard = region.shard(0);
    let _ = shard.write(b"before");
    core::mem::forget(shard.reserve(9).expect("there is room"));
    let _ = shard.write(b"after");

    assert_eq!(region.recover(), Recovered::Warm);
    assert_eq!(region.boot(), 3);
    for _ in 0..3 {
        let _ = shard.write(b"new");
    }
    let (records, lost) = drain(&region);
    assert_eq!((records[0].as_slice(), lost), (&b"before"[..], 1));
    assert_eq!(records[1..], [&b"after"[..], b"new", b"new", b"new"]);
}

#[test]
fn writers_that_the_reset_has_ended_pin_no_block() {
    let ring = ring();
    let region = ring.region();
    assert_eq!(region.recover(), Recovered::Cold);
    let shard = region.shard(0);
    for number in 0..200_u32 {
        if number % 40 == 7 {
            core::mem::forget(shard.reserve(9));
        }
        let _ = shard.write(&number.to_le_bytes());
    }
    assert_eq!(region.recover(), Recovered::Warm);
    let (pins, rejected) = (shard.pins(), shard.rejected());
    (0..500_u32).for_each(|number| _ = shard.write(&number.to_le_bytes()));
    assert_eq!((shard.pins(), shard.rejected()), (pins, rejected));
}

proptest! {
    /// Whatever stands there, it is taken over or wiped, and works then.
    #[test]
    fn any_memory_is_made_a_ring(
        words in prop::collection::vec(any::<u32>(), 1..600),
        spread in 1..8_usize,
        written in 0..300_u32,
        stamped in any::<bool>(),
    ) {
        let ring = ring();
        let region = ring.region();
        if stamped {
            region.stamp(1);
        }
        let shard = region.shard(0);
        (0..written).for_each(|number| _ = shard.write(&number.to_le_bytes()));
        for (cell, word) in shard.words.iter().step_by(spread).zip(&words) {
            <u32 as Word>::store(cell, *word, Ordering::Relaxed);
        }
        let recovered = region.recover();
        let _ = drain(&region);
        for number in 0..100_u32 {
            let _ = shard.write(&number.to_le_bytes());
        }
        if recovered == Recovered::Cold {
            let (records, lost) = drain(&region);
            assert_eq!(records.len() as u64 + lost, 100);
        }
    }
}
