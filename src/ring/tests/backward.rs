//! Reading backward against reading forward.

use std::thread;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::{for_both_words, tiny};
use crate::ring::{Backward, Read, Reader, Shard, Storage, Word};
use crate::sync::plain::{AtomicBool, Ordering::Relaxed};

fn forward<W: Word>(mut reader: Reader<W>, shard: &Shard<'_, W>) -> Vec<(u64, Vec<u8>)> {
    let (mut records, mut buffer) = (Vec::new(), vec![0; shard.len_max()]);
    loop {
        match reader.read(shard, &mut buffer) {
            Read::Record(bytes) => {
                let bytes = bytes.to_vec();
                records.push((reader.position() - 1, bytes));
            }
            Read::Lost(_) => {}
            Read::Pending => reader.skip(),
            Read::Empty => return records,
        }
    }
}

fn backward<W: Word>(mut reader: Backward<W>, shard: &Shard<'_, W>) -> Vec<(u64, Vec<u8>)> {
    let (mut records, mut buffer) = (Vec::new(), vec![0; shard.len_max()]);
    while let Some(bytes) = reader.previous(shard, &mut buffer) {
        let bytes = bytes.to_vec();
        records.push((reader.position(), bytes));
    }
    assert_eq!(reader.previous(shard, &mut buffer), None, "the end stays the end");
    records
}

/// Some committed, some abandoned, some never finished; then both directions.
fn mirror<W: Word>(lengths: &[(usize, u8)], start: W, base: W) {
    let heap = tiny::<W>(4, 48, 4);
    heap.region().start_at(start, base);
    let shard = heap.region().shard(0);
    let mut open = Vec::new();
    for (number, &(len, fate)) in lengths.iter().enumerate() {
        let Ok(mut reservation) = shard.reserve(len) else { continue };
        reservation.fill(&vec![number as u8; len]);
        match fate {
            0 => drop(reservation),
            1 => open.push(reservation),
            _ => {
                let _ = reservation.commit();
            }
        }
    }
    let mut mirrored = backward(Backward::newest(&shard), &shard);
    mirrored.reverse();
    assert_eq!(mirrored, forward(Reader::oldest(&shard), &shard));
    for reservation in open {
        let _ = reservation.commit();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn backward_is_forward_reversed(lengths in prop::collection::vec((0usize..40, 0u8..20), 0..200)) {
        mirror::<u64>(&lengths, 4, 0);
        mirror::<u64>(&lengths, (4 << 35) - 5, 0);
        mirror::<u32>(&lengths, 4, 0);
        mirror::<u32>(&lengths, 0u32.wrapping_sub(5), 7);
    }
}

for_both_words! {
    no_record_is_torn_and_none_comes_twice => under_writers;
    it_meets_a_reader_without_gap_or_overlap => meets_a_reader;
}

fn under_writers<W: Word>() {
    let heap = tiny::<W>(4, 96, 8);
    let shard = heap.region().shard(0);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut number = 0u8;
                while !done.load(Relaxed) {
                    number = number.wrapping_add(1);
                    let _ = shard.write(&[number; 40][..1 + usize::from(number) % 40]);
                }
            });
        }
        let mut buffer = [0; 64];
        for _ in 0..3000 {
            let mut reader = Backward::newest(&shard);
            let mut before = reader.position();
            while let Some(bytes) = reader.previous(&shard, &mut buffer) {
                let number = bytes[0];
                assert_eq!(bytes.len(), 1 + usize::from(number) % 40);
                assert!(bytes.iter().all(|&byte| byte == number), "torn: {bytes:?}");
                assert!(reader.position() < before);
                before = reader.position();
            }
        }
        done.store(true, Relaxed);
    });
}

fn meets_a_reader<W: Word>() {
    let heap = tiny::<W>(4, 96, 8);
    let shard = heap.region().shard(0);
    let write = |number: u8| assert!(shard.write(&[number]).is_ok());
    (0..10).for_each(write);
    let reader = Reader::newest(&shard);
    (10..13).for_each(write);
    let before = backward(Backward::before(&reader), &shard);
    let after = forward(reader, &shard);
    let numbers = before.iter().rev().chain(&after).map(|(_, bytes)| bytes[0]);
    assert!(numbers.eq(0..13));
}
