//! Rings that keep the newest records and give up the oldest, each with a megabyte for records.
//! Peers with slots of a fixed size get slots of 128 bytes; peers that own heap strings get as many
//! slots, and their allocations on top.

use std::collections::VecDeque;
use std::hint::black_box;
use std::io::Write;
use std::sync::{Arc, Mutex};

use crate::duel::{Contender, Work};

/// Bytes of every buffer compared.
pub const BUFFER: usize = 1 << 20;
pub const RECORD_LEN: usize = 100;
pub const RECORD: [u8; RECORD_LEN] = [b'x'; RECORD_LEN];

const SLOT: usize = 128;
const SLOTS: usize = BUFFER / SLOT;

pub type Writer = Box<dyn Work>;

/// A peer's ring.
struct Peer {
    name: &'static str,
    /// Most threads that it can serve.
    threads: usize,
    /// Makes one writer per thread, all into the same ring.
    make: fn(threads: usize) -> Vec<Writer>,
}

impl Peer {
    const fn new(name: &'static str, make: fn(usize) -> Vec<Writer>) -> Self {
        Self { name, threads: usize::MAX, make }
    }
}

const PEERS: &[Peer] = &[
    Peer::new("mutex-bytes", mutex_bytes),
    Peer::new("mutex-deque", mutex_deque),
    Peer::new("photon-ring", photon_ring),
    Peer::new("crossbeam", crossbeam),
    Peer::new("tokio-broadcast", tokio_broadcast),
    Peer::new("async-broadcast", async_broadcast),
    // Two threads that both put in and take out were seen to spin in its `push_ref` for ever.
    Peer { threads: 1, ..Peer::new("thingbuf", thingbuf) },
    Peer::new("ring-file", ring_file),
    Peer::new("ringbuf", ringbuf),
];

/// Every peer that can serve so many threads, with a ring of its own.
pub fn peers(threads: usize) -> impl Iterator<Item = Contender> {
    PEERS
        .iter()
        .filter(move |peer| peer.threads >= threads)
        .map(move |peer| Contender { name: peer.name, works: (peer.make)(threads) })
}

/// Writes the same record again and again. Its length is hidden from the compiler, as it is from
/// any ring that takes records of varying length.
pub fn looped(write: impl FnMut(&[u8]) + Send + 'static) -> Writer {
    Box::new(Looped(write))
}

struct Looped<W>(W);

impl<W: FnMut(&[u8]) + Send> Work for Looped<W> {
    fn run(&mut self, operations: usize) {
        for _ in 0..operations {
            (self.0)(black_box(&RECORD[..]));
        }
    }
}

fn shared<R, W>(threads: usize, ring: R, write: W) -> Vec<Writer>
where
    R: Send + Sync + 'static,
    W: Fn(&R, &[u8]) + Copy + Send + 'static,
{
    let ring = Arc::new(ring);
    let writer = |_| {
        let ring = Arc::clone(&ring);
        looped(move |record| write(&ring, record))
    };
    (0..threads).map(writer).collect()
}

fn slot(record: &[u8]) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[..record.len()].copy_from_slice(record);
    slot
}

/// The honest simple rival: bytes behind a lock, a length before each record.
struct ByteRing {
    buffer: Vec<u8>,
    at: usize,
}

impl ByteRing {
    const PREFIX: usize = size_of::<u32>();

    fn push(&mut self, record: &[u8]) {
        let needed = Self::PREFIX + record.len();
        if self.at + needed > self.buffer.len() {
            self.at = 0;
        }
        let (prefix, bytes) = self.buffer[self.at..self.at + needed].split_at_mut(Self::PREFIX);
        prefix.copy_from_slice(&(record.len() as u32).to_ne_bytes());
        bytes.copy_from_slice(record);
        self.at += needed;
    }
}

fn mutex_bytes(threads: usize) -> Vec<Writer> {
    let ring = Mutex::new(ByteRing { buffer: vec![1; BUFFER], at: 0 });
    shared(threads, ring, |ring, record| ring.lock().unwrap().push(record))
}

/// What most memory loggers are.
fn mutex_deque(threads: usize) -> Vec<Writer> {
    let ring = Mutex::new(VecDeque::with_capacity(SLOTS));
    shared(threads, ring, |ring, record| {
        let text = str::from_utf8(record).unwrap().to_owned();
        let mut ring = ring.lock().unwrap();
        let oldest = if ring.len() == SLOTS { ring.pop_front() } else { None };
        ring.push_back(text);
        drop(ring);
        drop::<Option<String>>(oldest);
    })
}

fn photon_ring(threads: usize) -> Vec<Writer> {
    let (publisher, _) = photon_ring::channel_mpmc::<[u8; SLOT]>(SLOTS);
    let writer = |_| {
        let publisher = publisher.clone();
        looped(move |record| publisher.publish(slot(record)))
    };
    (0..threads).map(writer).collect()
}

fn crossbeam(threads: usize) -> Vec<Writer> {
    let ring = crossbeam_queue::ArrayQueue::<[u8; SLOT]>::new(SLOTS);
    shared(threads, ring, |ring, record| {
        black_box(ring.force_push(slot(record)));
    })
}

/// One receiver lives and never reads: without any, nothing is stored.
fn tokio_broadcast(threads: usize) -> Vec<Writer> {
    let (sender, receiver) = tokio::sync::broadcast::channel::<[u8; SLOT]>(SLOTS);
    shared(threads, (sender, Mutex::new(receiver)), |(sender, _), record| {
        let _ = black_box(sender.send(slot(record)));
    })
}

fn async_broadcast(threads: usize) -> Vec<Writer> {
    let (mut sender, receiver) = async_broadcast::broadcast::<[u8; SLOT]>(SLOTS);
    sender.set_overflow(true);
    shared(threads, (sender, receiver), |(sender, _), record| {
        let _ = black_box(sender.try_broadcast(slot(record)));
    })
}

/// It does not overwrite: whoever finds it full takes the oldest out first. Its slots keep their
/// vectors, so nothing is allocated once it went round.
fn thingbuf(threads: usize) -> Vec<Writer> {
    let ring = thingbuf::ThingBuf::<Vec<u8>>::new(SLOTS);
    shared(threads, ring, |ring, record| {
        loop {
            let pushed = ring.push_with(|place| {
                place.clear();
                place.extend_from_slice(record);
            });
            if pushed.is_ok() {
                return;
            }
            drop(ring.pop_ref());
        }
    })
}

/// The store of captains-log's ring, behind a lock. The crate's own way in, a thread that empties
/// an unbounded channel, costs its callers more; the whole-call bench of captains-log has it.
fn ring_file(threads: usize) -> Vec<Writer> {
    let ring = Mutex::new(ring_file::RingBuffer::new(BUFFER as i32));
    shared(threads, ring, |ring, record| ring.lock().unwrap().write_all(record).unwrap())
}

/// Bytes without any framing, so a reader could not tell records apart.
fn ringbuf(threads: usize) -> Vec<Writer> {
    let ring = Mutex::new(ringbuf::HeapRb::<u8>::new(BUFFER));
    shared(threads, ring, |ring, record| {
        ring.lock().unwrap().push_slice_overwrite(record);
    })
}
