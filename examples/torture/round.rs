//! Writers and readers of one ring, and what their counts must come to.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use std::thread;

use ringvisor::ring::{Heap, Read, Reader, Shard, Storage, Word};

use super::record;
use super::signal::{self, Strikes};

const WRITERS: u8 = 5;

/// One ring and everybody on it.
pub(crate) struct Round<W: Word> {
    heap: &'static Heap<W>,
    /// Writers rest after a few records.
    is_calm: bool,
    /// No more records are begun.
    is_over: AtomicBool,
    /// No more records are unfinished.
    is_quiet: AtomicBool,
    /// Records written or given up by threads.
    reserved: AtomicU64,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) written: u64,
    pub(crate) delivered: u64,
    pub(crate) lost: u64,
    pub(crate) wrong: u64,
}

impl<W: Word> Round<W> {
    pub(crate) fn over(heap: &'static Heap<W>, is_calm: bool) -> Self {
        let flag = || AtomicBool::new(false);
        Self { heap, is_calm, is_over: flag(), is_quiet: flag(), reserved: AtomicU64::new(0) }
    }

    pub(crate) fn run(&self, share: Duration) -> Tally {
        let strikes = Strikes::into(self.heap);
        let shard = self.shard();
        let start = shard.written();
        let readers = [Reader::oldest(&shard), Reader::newest(&shard), Reader::oldest(&shard)];
        let mut tally = Tally::default();
        thread::scope(|scope| {
            let writers: Vec<_> =
                (0..WRITERS).map(|writer| scope.spawn(move || self.write(writer))).collect();
            let readers: Vec<_> = readers
                .into_iter()
                .enumerate()
                .map(|(pause, reader)| scope.spawn(move || self.read(reader, pause)))
                .collect();
            thread::sleep(share);
            self.is_over.store(true, Ordering::Relaxed);
            let ended = writers.into_iter().all(|writer| writer.join().is_ok());
            let by_signals = strikes.stop();
            tally.written = self.reserved.load(Ordering::Relaxed) + by_signals;
            tally.wrong += u64::from(!ended);
            self.is_quiet.store(true, Ordering::Release);
            for reader in readers {
                match reader.join() {
                    Ok((reader, wrong)) => tally.add(&reader, wrong),
                    Err(_) => tally.wrong += 1,
                }
            }
        });
        let in_ring = shard.written().minus(start).as_u64();
        if in_ring != tally.written {
            println!("the ring holds {in_ring} records, {} were written", tally.written);
            tally.wrong += 1;
        }
        tally.wrong += self.refused_without_need();
        tally.wrong += self.stays_pinned();
        tally
    }

    /// A record is refused only when every block holds an unfinished one; each thread has at most
    /// one, and handlers interrupt at most as many.
    fn refused_without_need(&self) -> u64 {
        let blocks = self.heap.region().layout().blocks();
        if blocks <= 2 * usize::from(WRITERS) || self.shard().rejected() == 0 {
            return 0;
        }
        println!("{} records were refused with {blocks} blocks", self.shard().rejected());
        1
    }

    /// Now that all have finished, no block is passed over after the next lap.
    fn stays_pinned(&self) -> u64 {
        let shard = self.shard();
        let lap = || {
            let records = self.heap.region().bytes() / shard.len_max() * 2;
            let refused = (0..records).filter(|_| shard.write(&vec![0; shard.len_max()]).is_err());
            (refused.count(), shard.pins())
        };
        let ((_, pins), (refused, later)) = (lap(), lap());
        if refused == 0 && later == pins {
            return 0;
        }
        println!("blocks stay pinned: {refused} refused, {} pins", later - pins);
        1
    }

    fn shard(&self) -> Shard<'static, W> {
        self.heap.region().shard(0)
    }

    fn write(&self, writer: u8) {
        let shard = self.shard();
        let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ u64::from(writer) << 32);
        let mut buffer = vec![0; shard.len_max()];
        let mut number = 0;
        while !self.is_over.load(Ordering::Relaxed) {
            let longest =
                if random.one_in(64) { shard.len_max() } else { 120.min(shard.len_max()) };
            let bytes = &mut buffer[..random.below(longest + 1)];
            record::fill(bytes, writer, number);
            number += 1;
            if self.write_one(&shard, bytes, &mut random) {
                self.reserved.fetch_add(1, Ordering::Relaxed);
            }
            if self.is_calm && number % 8 == 0 {
                thread::sleep(Duration::from_micros(20));
            }
        }
    }

    /// Writes at once, after a pause in the middle, or not to the end; false if it was refused.
    fn write_one(&self, shard: &Shard<'_, W>, bytes: &[u8], random: &mut Random) -> bool {
        if !random.one_in(3000) {
            return shard.write(bytes).is_ok();
        }
        let Ok(mut reservation) = shard.reserve(bytes.len()) else { return false };
        for _ in 0..random.below(50) {
            thread::yield_now();
        }
        if random.one_in(4) {
            drop(reservation);
        } else {
            reservation.fill(bytes);
            let _ = reservation.commit();
        }
        true
    }

    /// Reads to the end; returns the reader and how much was wrong.
    fn read(&self, mut reader: Reader<W>, pause: usize) -> (Reader<W>, u64) {
        let shard = self.shard();
        let mut buffer = vec![0; shard.len_max()];
        let mut numbers = [None; 256];
        let mut wrong = 0;
        loop {
            let is_quiet = self.is_quiet.load(Ordering::Acquire);
            match reader.read(&shard, &mut buffer) {
                Read::Record(bytes) => wrong += u64::from(!is_next(bytes, &mut numbers)),
                Read::Lost(_) => {}
                Read::Pending | Read::Empty if is_quiet => return (reader, wrong),
                Read::Pending | Read::Empty => thread::yield_now(),
            }
            if pause > 1 && reader.delivered() % 64 == 0 {
                thread::yield_now();
            }
        }
    }
}

impl Tally {
    fn add<W: Word>(&mut self, reader: &Reader<W>, wrong: u64) {
        self.delivered += reader.delivered();
        self.lost += reader.lost();
        self.wrong += wrong;
        let counted = reader.delivered() + reader.lost();
        if counted != self.written {
            println!("a reader counted {counted} of {} records", self.written);
            self.wrong += 1;
        }
    }
}

/// Whether the record is whole and comes after those of its writer that came before. Handlers on
/// two threads may take their numbers in one order and their places in the other.
fn is_next(bytes: &[u8], numbers: &mut [Option<u64>; 256]) -> bool {
    match record::check(bytes) {
        Ok(Some((writer, number))) => {
            let before = numbers[usize::from(writer)].replace(number);
            writer == signal::WRITER || before.is_none_or(|before| before < number)
        }
        Ok(None) => true,
        Err(what) => {
            println!("{what}: {bytes:02x?}");
            false
        }
    }
}

/// Marsaglia's xorshift64: small, fast, repeatable.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}
