//! An interrupt that laps the writer it has preempted: it writes more records than the ring holds,
//! while the program is somewhere within a record of its own. No record may be torn, and each is
//! read or counted as lost.

#![no_std]
#![no_main]

use core::fmt::{self, Display, Write};

use firmware::{Uart, count, time};
use log::info;
use portable_atomic::{AtomicU32, Ordering};
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::{Entry, RingStream};

/// Holds a dozen records: 4 blocks with slots for 3 each.
static MEMORY: Inline<4, 64> = Inline::new();
static LOG: RingStream<&Inline<4, 64>> = RingStream::over(&MEMORY, time::COUNTER);

/// What an interrupt writes, a lap and a half.
const BURST: u32 = 18;
/// Instructions from one interrupt to the next: primes, so that they come everywhere. A burst takes
/// some 16,000 on the smallest core, and the program has to get on between two of them.
const TIMINGS: [u32; 3] = [18_013, 20_011, 29_989];
const RECORDS: u32 = 34_000;

static INTERRUPTS: AtomicU32 = AtomicU32::new(0);

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

/// A text that checks itself: a piece of the alphabet, as long as its first letter says.
struct Checked(u32);

impl Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = (self.0 % 26) as usize;
        f.write_str(&LETTERS[first..2 * first + 1])
    }
}

fn is_whole(text: &str) -> bool {
    let first = text.bytes().next().map_or(0, |letter| usize::from(letter - b'a'));
    LETTERS[first..].starts_with(text) && text.len() == first + 1
}

#[derive(Default)]
struct Seen {
    read: u64,
    lost: u64,
    torn: u64,
}

impl Seen {
    fn count(&mut self, entry: &Entry<'_>) {
        match entry {
            Entry::Record(record) if is_whole(record.message) => self.read += 1,
            Entry::Record(_) => self.torn += 1,
            Entry::Lost(lost) => self.lost += lost,
        }
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    let installed = LOG.install(LevelFilter::Info);
    let good = TIMINGS.iter().fold(true, |good, timing| run(*timing) && good);
    firmware::exit(installed.is_ok() && good)
}

/// Writes and reads while the interrupt comes every `timing` instructions; whether nothing was torn and
/// everything counted.
fn run(timing: u32) -> bool {
    let before = LOG.stats();
    let (mut cursor, mut seen) = (LOG.cursor_at_end(), Seen::default());
    INTERRUPTS.store(0, Ordering::Relaxed);
    time::pend_every(count::ticks(timing));
    for number in 0..RECORDS {
        info!("{}", Checked(number));
        if number % 3 == 0 {
            (0..8).map_while(|_| cursor.next().map(|entry| seen.count(&entry))).count();
        }
    }
    time::pend_every(0);
    while let Some(entry) = cursor.next() {
        seen.count(&entry);
    }
    let written = LOG.stats().written - before.written;
    let refused = LOG.stats().rejected - before.rejected;
    let counted = seen.read + seen.torn + seen.lost == written;
    let lapped = INTERRUPTS.load(Ordering::Relaxed) * BURST;
    let many = lapped > 5_000 && written + refused == u64::from(RECORDS + lapped);
    let _ = writeln!(Uart, "{timing}: {} torn, every record counted: {counted}", seen.torn);
    seen.torn == 0 && counted && many
}

#[cortex_m_rt::exception]
fn PendSV() {
    INTERRUPTS.store(INTERRUPTS.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    (0..BURST).for_each(|number| info!("{}", Checked(number)));
}

// Output:
// 18013: 0 torn, every record counted: true
// 20011: 0 torn, every record counted: true
// 29989: 0 torn, every record counted: true
