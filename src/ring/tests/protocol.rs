//! What single steps of the protocol promise.

use std::vec;
use std::vec::Vec;

use super::{for_both_words, tiny};
use crate::ring::{
    Armed, Backward, Heap, Layout, Read, Reader, ReserveError, Shard, Storage, Wake, Word,
};
use crate::sync::Ordering;

for_both_words! {
    an_empty_ring_is_empty => empty;
    lengths_from_zero_to_the_longest_come_back => lengths;
    too_long_is_refused => too_long;
    a_frozen_writer_pins_its_block_only => frozen;
    all_blocks_pinned_rejects_and_counts => all_pinned;
    an_abandoned_reservation_is_a_lost_record => abandoned;
    the_committer_is_told_to_wake_who_armed => wakes;
    the_waiters_bit_outlives_its_block => carried;
    the_newest_reader_sees_only_what_comes => newest;
    a_pending_record_can_be_skipped => skipped;
    a_record_that_was_never_filled_is_empty => unfilled;
    an_abandoned_reservation_wakes_who_armed => abandoned_armed;
    a_control_word_of_anybody_stays_inside => hostile;
    a_small_buffer_cuts => cut;
    shards_are_apart => shards;
    a_reader_of_another_shard_stays_inside => strange;
}

fn drain<W: Word>(shard: &Shard<'_, W>, reader: &mut Reader<W>) -> Vec<Vec<u8>> {
    let mut buffer = vec![0; shard.len_max()];
    let mut records = Vec::new();
    loop {
        match reader.read(shard, &mut buffer) {
            Read::Record(record) => records.push(record.to_vec()),
            Read::Lost(_) => {}
            Read::Pending | Read::Empty => return records,
        }
    }
}

fn assert_exact<W: Word>(shard: &Shard<'_, W>, reader: &Reader<W>) {
    assert_eq!(reader.delivered() + reader.lost(), shard.written().as_u64());
}

fn empty<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    for mut reader in [Reader::from_start(&shard), Reader::oldest(&shard), Reader::newest(&shard)] {
        assert_eq!(reader.read(&shard, &mut [0; 8]), Read::Empty);
        assert_exact(&shard, &reader);
    }
}

fn lengths<W: Word>() {
    let heap = Heap::<W>::new(1 << 16, 1, 0).unwrap();
    let shard = heap.region().shard(0);
    let mut reader = Reader::from_start(&shard);
    for len in (0..70).chain([shard.len_max() - 1, shard.len_max()]) {
        let record: Vec<u8> = (0..len).map(|i| (i * 7 + len) as u8).collect();
        assert_eq!(shard.write(&record), Ok(Wake::Nobody));
        assert_eq!(drain(&shard, &mut reader), [record]);
    }
    assert_exact(&shard, &reader);
    assert_eq!(reader.lost(), 0);
}

fn too_long<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    let record = vec![0; shard.len_max() + 1];
    assert_eq!(shard.write(&record), Err(ReserveError::TooLong));
    assert_eq!(shard.written(), W::ZERO);
}

fn frozen<W: Word>() {
    let heap = tiny::<W>(4, 64, 2);
    let shard = heap.region().shard(0);
    let mut reader = Reader::from_start(&shard);
    let mut reservation = shard.reserve(3).unwrap();
    for i in 0..240u8 {
        assert!(shard.write(&[i; 5]).is_ok());
    }
    assert!(shard.pins() > 30, "{} pins", shard.pins());
    reservation.fill(b"old");
    let _ = reservation.commit();
    let records = drain(&shard, &mut reader);
    assert!(!records.contains(&b"old".to_vec()), "a record from a lap ago must not come back");
    assert_eq!(records.last(), Some(&vec![239; 5]));
    assert_exact(&shard, &reader);

    let pins = shard.pins();
    for i in 0..32 {
        assert!(shard.write(&[i; 5]).is_ok());
    }
    assert_eq!(shard.pins(), pins, "a committed block is used again");
    drain(&shard, &mut reader);
    assert_exact(&shard, &reader);
}

fn all_pinned<W: Word>() {
    let heap = tiny::<W>(4, 64, 1);
    let shard = heap.region().shard(0);
    let frozen: Vec<_> = (0..4).map(|_| shard.reserve(1).unwrap()).collect();
    for _ in 0..5 {
        assert_eq!(shard.write(b"x"), Err(ReserveError::AllPinned));
    }
    assert_eq!(shard.rejected(), 5);
    for mut reservation in frozen {
        reservation.fill(b"y");
        let _ = reservation.commit();
    }
    assert!(shard.write(b"x").is_ok());
    let mut reader = Reader::from_start(&shard);
    assert_eq!(drain(&shard, &mut reader).last(), Some(&b"x".to_vec()));
    assert_exact(&shard, &reader);
}

fn abandoned<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    let mut reader = Reader::from_start(&shard);
    drop(shard.reserve(9).unwrap());
    let _ = shard.write(b"kept");
    assert_eq!(reader.read(&shard, &mut [0; 16]), Read::Lost(1));
    assert_eq!(drain(&shard, &mut reader), [b"kept"]);
    assert_exact(&shard, &reader);
}

fn wakes<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    let mut reader = Reader::from_start(&shard);
    assert_eq!(reader.arm(&shard), Armed::Yes);
    assert_eq!(shard.write(b"a"), Ok(Wake::Followers));
    assert_eq!(shard.write(b"b"), Ok(Wake::Nobody));
    assert_eq!(reader.arm(&shard), Armed::No, "there is something to read");
    drain(&shard, &mut reader);
    let pending = shard.reserve(1).unwrap();
    assert_eq!(reader.arm(&shard), Armed::No, "a pending record wakes nobody");
    drop(pending);
}

fn unfilled<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    for _ in 0..40 {
        let _ = shard.write(b"old bytes");
    }
    let mut reader = Reader::newest(&shard);
    let _ = shard.reserve(9).unwrap().commit();
    assert_eq!(reader.read(&shard, &mut [0; 16]), Read::Record(b""));
}

fn abandoned_armed<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    let mut reader = Reader::from_start(&shard);
    assert_eq!(reader.arm(&shard), Armed::Yes);
    assert_eq!(shard.reserve(1).unwrap().abandon(), Wake::Followers);
    assert_eq!(reader.read(&shard, &mut [0; 8]), Read::Lost(1));
    assert_eq!(reader.arm(&shard), Armed::Yes);
    drop(shard.reserve(1).unwrap());
    assert_eq!(shard.write(b"a"), Ok(Wake::Followers), "nobody was told of the dropped one");
}

/// A count beyond the slots, as memory from outside may hold it, in each block.
fn hostile<W: Word>() {
    for phase in [W::ZERO, W::ONE << (W::OFFSET_BITS + W::COUNT_BITS + 1)] {
        let heap = tiny::<W>(4, 64, 4);
        let shard = heap.region().shard(0);
        for _ in 0..20 {
            let _ = shard.write(b"record");
        }
        let count = ((W::ONE << W::COUNT_BITS).minus(W::ONE)) << W::OFFSET_BITS;
        for back in 0..4 {
            let block = shard.block(shard.head().minus(W::from_u64(back)));
            let control = block.control().0 | count | phase;
            W::store(block.control_cell(), control, Ordering::Relaxed);
        }
        drain(&shard, &mut Reader::oldest(&shard));
        let mut backward = Backward::newest(&shard);
        while backward.previous(&shard, &mut [0; 8]).is_some() {}
        for _ in 0..40 {
            let _ = shard.write(b"record");
        }
    }
}

fn carried<W: Word>() {
    let heap = tiny::<W>(4, 64, 2);
    let shard = heap.region().shard(0);
    for filled in 0..9 {
        let mut reader = Reader::newest(&shard);
        assert_eq!(reader.arm(&shard), Armed::Yes, "after {filled} records");
        // The longest record may need the next block; the bit must be found there as well.
        assert_eq!(shard.write(&vec![1; shard.len_max()]), Ok(Wake::Followers));
        assert_eq!(drain(&shard, &mut reader).len(), 1);
    }
}

fn newest<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    for i in 0..50u8 {
        let mut reader = Reader::newest(&shard);
        assert_eq!(reader.position(), u64::from(i));
        assert_eq!(reader.read(&shard, &mut [0; 8]), Read::Empty);
        let _ = shard.write(&[i]);
        assert_eq!(drain(&shard, &mut reader), [[i]]);
    }
}

fn skipped<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    let mut reader = Reader::from_start(&shard);
    let pending = shard.reserve(1).unwrap();
    let _ = shard.write(b"next");
    assert_eq!(reader.read(&shard, &mut [0; 8]), Read::Pending);
    reader.skip();
    assert_eq!(drain(&shard, &mut reader), [b"next"]);
    assert_exact(&shard, &reader);
    drop(pending);
}

fn cut<W: Word>() {
    let heap = tiny::<W>(4, 64, 4);
    let shard = heap.region().shard(0);
    let _ = shard.write(b"0123456789");
    let mut reader = Reader::from_start(&shard);
    assert_eq!(reader.read(&shard, &mut [0; 7]), Read::Record(b"0123456"));
}

fn shards<W: Word>() {
    let heap = Heap::<W>::new(1 << 16, 4, 0).unwrap();
    let layout = heap.region().layout();
    assert_eq!(layout, &Layout::new::<W>(1 << 16, 4, 0).unwrap());
    for (index, shard) in heap.region().shards().enumerate() {
        for _ in 0..1000 {
            assert!(shard.write(&[index as u8; 33]).is_ok());
        }
    }
    for (index, shard) in heap.region().shards().enumerate() {
        let mut reader = Reader::from_start(&shard);
        assert!(drain(&shard, &mut reader).iter().all(|record| record == &[index as u8; 33]));
        assert_exact(&shard, &reader);
    }
}

fn strange<W: Word>() {
    let (large, small) = (Heap::<W>::new(1 << 16, 1, 0).unwrap(), tiny::<W>(4, 64, 2));
    let (large, small) = (large.region().shard(0), small.region().shard(0));
    let mut reader = Reader::from_start(&large);
    for _ in 0..100 {
        assert!(large.write(b"").is_ok() && small.write(b"").is_ok());
    }
    let mut buffer = [0; 8];
    for _ in 0..50 {
        assert_eq!(reader.read(&large, &mut buffer), Read::Record(b""));
    }
    let mut backward = Backward::before(&reader);
    assert_eq!(backward.previous(&small, &mut buffer), None);
    drain(&small, &mut reader);
    assert_eq!(reader.read(&small, &mut buffer), Read::Empty);
}
