//! SIGKILL at any moment while threads write: nothing torn, nothing invented, and nothing lost that
//! was committed.

use core::sync::atomic::{AtomicU64, Ordering};
use std::fs::OpenOptions;
use std::os::fd::AsRawFd;
use std::path::Path;

use ringvisor::black_box;
use ringvisor::record::LevelFilter;
use ringvisor::stream::Entry;

use super::{Folder, child, dying};

const WRITERS: usize = 3;

/// Counts that a child writes and its parent reads, also when the child is dead.
fn counts(path: &Path) -> &'static [AtomicU64; WRITERS] {
    const BYTES: usize = size_of::<[AtomicU64; WRITERS]>();
    let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = options.unwrap();
    file.set_len(BYTES as u64).unwrap();
    let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
    let null = core::ptr::null_mut();
    // SAFETY: a new mapping of the whole file, which nobody shortens, unmaps or uses otherwise.
    unsafe {
        let start = libc::mmap(null, BYTES, protection, flags, file.as_raw_fd(), 0);
        assert_ne!(start, libc::MAP_FAILED);
        &*start.cast()
    }
}

/// What only a whole record can show.
fn check(writer: usize, number: u64) -> u64 {
    (writer as u64 ^ number.rotate_left(17)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn write_for_ever(path: &Path) {
    let written = counts(&path.with_extension("counts"));
    let bytes = std::env::var("BYTES").unwrap().parse().unwrap();
    let builder = ringvisor::builder("killed").bytes(bytes).shards(2).stderr(LevelFilter::Off);
    let _ringvisor = builder.black_box(path).try_init().unwrap();
    std::thread::scope(|scope| {
        for (writer, written) in written.iter().enumerate() {
            scope.spawn(move || {
                for number in 0.. {
                    let blank = number as usize * 7 % 90;
                    let check = check(writer, number);
                    log::info!(target: "killed", "{writer} {number} {check} {:blank$}", "");
                    written.store(number + 1, Ordering::Release);
                }
            });
        }
    });
}

/// The numbers of each writer, in the order in which they were read.
fn numbers(recording: &black_box::Recording) -> [Vec<u64>; WRITERS] {
    let mut numbers = [const { Vec::new() }; WRITERS];
    let mut cursor = recording.stream().cursor();
    while let Some(entry) = cursor.next() {
        let Entry::Record(record) = entry else { continue };
        if record.target == "ringvisor::black_box" {
            // How the child before this one ended.
            continue;
        }
        assert_eq!(record.target, "killed", "an invented record");
        let mut words = record.message.split(' ').map(|word| word.parse::<u64>());
        let mut word = || words.next().unwrap().unwrap();
        let (writer, number, sum) = (word() as usize, word(), word());
        assert_eq!(sum, check(writer, number), "a torn record: {}", record.message);
        numbers[writer].push(number);
    }
    numbers
}

/// Kills a child when one of its writers comes to `moment`.
fn kill_once(folder: &Folder, bytes: usize, writer: usize, moment: u64) {
    const THIS: &str = "kill::sigkill_at_any_moment_loses_nothing_committed";
    let path = folder.path("killed.box");
    let _ = std::fs::remove_file(path.with_extension("counts"));
    let written = counts(&path.with_extension("counts"));
    let mut command = dying(THIS, "kill", &path);
    let mut child = command.env("BYTES", bytes.to_string()).spawn().unwrap();
    while written[writer].load(Ordering::Acquire) < moment {
        assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let recording = black_box::open(&path).unwrap();
    let salvaged = recording.salvaged();
    assert_eq!(salvaged.damaged, 0, "{salvaged:?}");
    assert!(salvaged.uncommitted <= WRITERS as u64, "{salvaged:?}");
    for (numbers, written) in numbers(&recording).iter().zip(written) {
        let written = written.load(Ordering::Acquire);
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "a gap");
        // A writer that was not heard of for long may have been lapped.
        let Some(&last) = numbers.last() else { continue };
        assert!(last + 1 == written || last == written, "{last} of {written}");
    }
}

#[test]
fn sigkill_at_any_moment_loses_nothing_committed() {
    if child::is_here() {
        let path = std::env::var_os("BOX").unwrap();
        return write_for_ever(Path::new(&path));
    }
    let folder = Folder::new("kill");
    let times = if std::env::var_os("RINGVISOR_SOAK").is_some() { 1_000 } else { 12 };
    let mut random = u64::from(std::process::id());
    for time in 0..times {
        random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        // Small rings, so that a kill often strikes between two blocks, and large ones.
        let bytes = [32 << 10, 4 << 20][time % 2];
        kill_once(&folder, bytes, time % WRITERS, 1 + (random >> 40) % 20_000);
    }
}
