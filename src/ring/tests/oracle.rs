//! The ring against a sequential oracle: a list of everything that was ever reserved.

use proptest::prelude::*;
use std::vec;
use std::vec::Vec;

use super::tiny;
use crate::ring::{Read, Reader, Reservation, ReserveError, Shard, Storage, Word};

#[derive(Clone, Debug)]
enum Step {
    Write(usize),
    Reserve(usize),
    Commit(usize),
    Abandon(usize),
    Follow,
    Start,
    Read(usize, usize),
    Skip(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0usize..40).prop_map(Step::Write),
        1 => (0usize..40).prop_map(Step::Reserve),
        1 => (0usize..4).prop_map(Step::Commit),
        1 => (0usize..4).prop_map(Step::Abandon),
        1 => Just(Step::Follow),
        1 => Just(Step::Start),
        4 => (0usize..4, 0usize..12).prop_map(|(reader, n)| Step::Read(reader, n)),
        1 => (0usize..4).prop_map(Step::Skip),
    ];
    prop::collection::vec(step, 0..300)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Committed,
    Pending,
    Abandoned,
}

/// What really happened, and everybody who looks at it.
struct World<'a, W: Word> {
    shard: Shard<'a, W>,
    base: u64,
    records: Vec<(Vec<u8>, State)>,
    pending: Vec<(usize, Reservation<'a, W>)>,
    readers: Vec<Reader<W>>,
    refused: u64,
}

impl<W: Word> World<'_, W> {
    fn contents(&self, len: usize) -> Vec<u8> {
        (0..len).map(|i| (self.records.len() * 31 + i) as u8).collect()
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Write(len) => {
                let record = self.contents(len);
                match self.shard.write(&record) {
                    Ok(_) => self.records.push((record, State::Committed)),
                    Err(error) => self.refuse(error),
                }
            }
            Step::Reserve(len) => {
                let record = self.contents(len);
                match self.shard.reserve(len) {
                    Ok(mut reservation) => {
                        reservation.fill(&record);
                        self.pending.push((self.records.len(), reservation));
                        self.records.push((record, State::Pending));
                    }
                    Err(error) => self.refuse(error),
                }
            }
            Step::Commit(which) => self.finish(which, State::Committed),
            Step::Abandon(which) => self.finish(which, State::Abandoned),
            Step::Follow => self.readers.push(Reader::newest(&self.shard)),
            Step::Start => self.readers.push(Reader::oldest(&self.shard)),
            Step::Read(which, count) => self.read(which, count),
            Step::Skip(which) => {
                if let Some(reader) = pick(&mut self.readers, which) {
                    reader.skip();
                }
            }
        }
    }

    fn refuse(&mut self, error: ReserveError) {
        assert_eq!(error, ReserveError::AllPinned);
        assert!(self.pending.len() >= self.shard.geometry.blocks(), "refused without need");
        self.refused += 1;
    }

    fn finish(&mut self, which: usize, state: State) {
        if self.pending.is_empty() {
            return;
        }
        let (index, reservation) = self.pending.swap_remove(which % self.pending.len());
        self.records[index].1 = state;
        if state == State::Committed {
            let _ = reservation.commit();
        }
    }

    fn read(&mut self, which: usize, count: usize) {
        let Some(reader) = pick(&mut self.readers, which) else { return };
        let mut buffer = vec![0; self.shard.len_max()];
        for _ in 0..count {
            let (at, lost) = (since::<W>(self.base, reader), reader.lost());
            match reader.read(&self.shard, &mut buffer) {
                Read::Record(bytes) => {
                    assert_eq!(bytes, self.records[at].0, "record {at}");
                    assert!(self.records[at].1 == State::Committed);
                    assert_eq!(since::<W>(self.base, reader), at + 1);
                }
                Read::Lost(n) => {
                    assert_eq!(reader.lost(), lost + n);
                    assert_eq!(since::<W>(self.base, reader), at + n as usize);
                }
                Read::Pending => assert!(self.records[at].1 == State::Pending),
                Read::Empty => assert_eq!(at, self.records.len(), "nothing was left out"),
            }
        }
    }
}

/// How many records lie between `base` and the reader, modulo the word size.
fn since<W: Word>(base: u64, reader: &Reader<W>) -> usize {
    W::from_u64(reader.position()).minus(W::from_u64(base)).as_u64() as usize
}

fn pick<T>(list: &mut [T], which: usize) -> Option<&mut T> {
    let len = list.len();
    list.get_mut(which % len.max(1))
}

fn agree<W: Word>(steps: &[Step], start: W, base: W) {
    let heap = tiny::<W>(4, 48, 4);
    heap.region().start_at(start, base);
    let shard = heap.region().shard(0);
    let mut first = Reader::oldest(&shard);
    let written = |shard: &Shard<'_, W>| shard.written().minus(base).as_u64();
    let mut world = World {
        shard,
        base: first.position(),
        records: Vec::new(),
        pending: Vec::new(),
        readers: vec![first.clone()],
        refused: 0,
    };
    for step in steps {
        world.run(step);
        assert_eq!(written(&shard), world.records.len() as u64);
    }
    assert_eq!(shard.rejected(), world.refused);
    world.pending.clear();
    loop {
        match first.read(&shard, &mut [0; 256]) {
            Read::Record(_) | Read::Lost(_) => {}
            Read::Pending => panic!("every reservation was finished"),
            Read::Empty => break,
        }
    }
    assert_eq!(first.delivered() + first.lost(), written(&shard));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn u64_agrees_with_the_oracle(steps in steps(), back in 0u64..12) {
        agree::<u64>(&steps, 4, 0);
        // Just below the wrap-around of the lap field and of the slots' tags.
        agree::<u64>(&steps, (4 << 35) - back, 0);
        agree::<u64>(&steps, (1 << 36) - back, 7);
    }

    #[test]
    fn u32_agrees_with_the_oracle(steps in steps(), back in 0u32..12) {
        agree::<u32>(&steps, 4, 0);
        // The same, and of the numbers of records and blocks.
        agree::<u32>(&steps, (4 << 9) - back, 0u32.wrapping_sub(back));
        agree::<u32>(&steps, 0u32.wrapping_sub(back), 7);
    }
}
