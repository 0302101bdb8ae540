//! A box with one byte changed, or cut short, yields an error or records that were written.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::{Folder, Run};
use crate::black_box::roster::{Change, Failed, Who};
use crate::black_box::{BlackBoxReason, LastState, Recorder, Recording, open};
use crate::context::{self, Current};
use crate::record::{Record, TaskId};
use crate::stream::Entry;
use crate::supervise::Outcome;

/// All that a record says; what is unknown in it stands as `None` or `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    message: String,
    target: String,
    place: (Option<String>, Option<u32>),
    thread: Option<String>,
    task: Option<(u64, u32, String)>,
    wall_ns: i64,
    seq: u64,
    rest: (u8, u64, u16),
}

impl Said {
    fn of(record: &Record<'_>) -> Self {
        Self {
            message: record.message.to_string(),
            target: record.target.to_string(),
            place: (record.file.map(str::to_string), record.line),
            thread: record.thread_name.map(str::to_string),
            task: record.task.map(|task| (task.id.0, task.run, task.name.to_string())),
            wall_ns: record.time.wall_ns,
            seq: record.seq,
            rest: (record.level as u8, record.ticks, record.thread),
        }
    }

    /// Whether this is `original` with at most some names unknown.
    fn is(&self, original: &Self) -> bool {
        let known = |text: &str, whole: &str| text == "?" || text == whole;
        let task = match (&self.task, &original.task) {
            (Some(task), Some(whole)) => {
                (task.0, task.1) == (whole.0, whole.1) && known(&task.2, &whole.2)
            }
            (task, whole) => task == whole,
        };
        known(&self.message, &original.message)
            && known(&self.target, &original.target)
            && (self.place == original.place || self.target == "?")
            && (self.thread == original.thread || self.thread.is_none())
            && task
            && (self.wall_ns == original.wall_ns || self.wall_ns == 0)
            && self.rest == original.rest
    }
}

/// What a reader finds: the records, and how many are told as lost.
fn read(recording: &Recording) -> (Vec<Said>, u64) {
    let mut cursor = recording.stream().cursor();
    let (mut said, mut lost) = (Vec::new(), 0);
    while let Some(entry) = cursor.next() {
        match entry {
            Entry::Record(record) => said.push(Said::of(&record)),
            Entry::Lost(more) => lost += more,
        }
    }
    (said, lost)
}

/// A box to be damaged.
struct Subject {
    _folder: Folder,
    path: PathBuf,
    bytes: Vec<u8>,
    /// How many records are in it.
    there: usize,
    /// The tasks that are written down behind them.
    states: Vec<LastState>,
    /// All records that were ever written to it, by their ticks: what damage brings back to light
    /// from below newer records was not invented.
    written: BTreeMap<u64, Said>,
}

/// Logs more than fits into the box, so that the ring comes round.
fn fill(path: &Path, bytes: usize) -> (Vec<u8>, Vec<Said>) {
    let run = Run::sized(path, bytes).unwrap();
    for number in 0..800 {
        let name = ["a", "bee"][number as usize % 2];
        let current = Current { id: TaskId(number % 5 + 1), run: 1, name };
        let task = (number % 3 == 0).then_some(&current);
        context::scope(task, || match number % 4 {
            0 => run.log("first", 1, format_args!("always the same")),
            1 => run.log("second", 2, format_args!("number {number}")),
            _ => run.log("third", 3, format_args!("{number} {:>1$}", "wide", number as usize % 97)),
        });
    }
    tell_tasks(&run.recorder);
    run.recorder.mark_panic("unit.rs:1:1: boom", false);
    run.recorder.mark_exit();
    drop(run);
    let (said, lost) = read(&open(path).unwrap());
    assert_eq!(lost, 0);
    (fs::read(path).unwrap(), said)
}

/// More tasks than there are places for, some of them failed.
fn tell_tasks(recorder: &Recorder) {
    for id in 0..12 {
        let name = std::format!("task/{id}");
        let who = Who { id: TaskId(id), run: 1, name: &name, is_plain: id % 2 == 0 };
        recorder.tell(who, Change::Started { attempt: 0 });
        if id % 3 == 0 {
            let failed = Failed { what: "unit.rs:7:7", message: "boom" };
            let (outcome, failure) = (Outcome::Panicked, Some(failed));
            recorder.tell(who, Change::Ended { outcome, failure });
        }
    }
}

/// Whether this is `whole` with at most its failure and its dates unknown.
fn is_of(state: &LastState, whole: &LastState) -> bool {
    let known = |text: &str, whole: &str| text.is_empty() || text == whole;
    let same = (&state.name, state.state, state.run, state.outcome, state.counts)
        == (&whole.name, whole.state, whole.run, whole.outcome, whole.counts);
    same && known(&state.failure, &whole.failure) && known(&state.failed_by, &whole.failed_by)
}

impl Subject {
    fn new() -> Self {
        let folder = Folder::new();
        let path = folder.path("damaged.box");
        let (_, all) = fill(&folder.path("large.box"), 1 << 20);
        assert_eq!(all.len(), 800);
        let (bytes, said) = fill(&path, 40 << 10);
        assert!(bytes.len() <= 64 << 10, "{}", bytes.len());
        assert!(said.len() > 200, "{}", said.len());
        let written = all.into_iter().map(|said| (said.rest.1, said)).collect();
        let states = open(&path).unwrap().states().to_vec();
        assert_eq!(states.len(), 8);
        Self { _folder: folder, path, bytes, there: said.len(), states, written }
    }

    /// Opens the box, which was damaged, and compares; returns how many records are there, and how
    /// many of them bear another number than they had.
    fn check(&self, what: &str) -> (usize, usize) {
        let recording = match open(&self.path) {
            Ok(recording) => recording,
            Err(error) => {
                let known = !matches!(error.reason(), BlackBoxReason::Io(_));
                assert!(known, "{what}: {error}");
                return (0, 0);
            }
        };
        let (said, lost) = read(&recording);
        let (mut seen, mut renumbered) = (None, 0);
        for said in &said {
            let original = self.written.get(&said.rest.1);
            let is_true = original.is_some_and(|whole| said.is(whole));
            assert!(is_true, "{what}: invented {said:?} for {original:?}");
            assert!(seen < Some(said.rest.1), "{what}: told twice: {said:?}");
            seen = Some(said.rest.1);
            renumbered += usize::from(original.is_some_and(|whole| whole.seq != said.seq));
        }
        let counted = said.len() as u64 + lost;
        assert!(counted <= self.written.len() as u64, "{what}: {counted} records");
        assert_eq!(recording.salvaged().intact, said.len() as u64, "{what}");
        let known = |state: &LastState| {
            let mut whole = self.states.iter().filter(|whole| whole.id == state.id);
            whole.any(|whole| is_of(state, whole))
        };
        assert!(recording.states().iter().all(known), "{what}: {:?}", recording.states());
        let mut backward = recording.stream().newest_first();
        assert_eq!(
            core::iter::from_fn(|| backward.next().map(|_| ())).count(),
            said.len(),
            "{what}"
        );
        (said.len(), renumbered)
    }

    fn check_flipped(&self, offset: usize, mask: u8) {
        let file = fs::OpenOptions::new().write(true).open(&self.path).unwrap();
        file.write_all_at(&[self.bytes[offset] ^ mask], offset as u64).unwrap();
        let what = std::format!("byte {offset} with {mask:#x}");
        let (there, renumbered) = self.check(&what);
        assert_eq!(renumbered, 0, "{what}");
        file.write_all_at(&self.bytes[offset..=offset], offset as u64).unwrap();
        if there > 0 {
            // A name may go, and a record with its neighbours, but not the rest.
            assert!(there + 3 >= self.there, "{what}: {there} left");
        }
    }

    fn check_cut(&self, len: usize) {
        let file = fs::OpenOptions::new().write(true).open(&self.path).unwrap();
        file.set_len(len as u64).unwrap();
        let (_, renumbered) = self.check(&std::format!("cut to {len}"));
        assert_eq!(renumbered, 0, "cut to {len}");
        file.write_all_at(&self.bytes, 0).unwrap();
    }
}

/// Whether all offsets are to be tried, which takes minutes.
fn is_soak() -> bool {
    std::env::var_os("RINGVISOR_SOAK").is_some()
}

#[test]
fn a_changed_byte_invents_nothing() {
    let subject = Subject::new();
    if is_soak() {
        for offset in 0..subject.bytes.len() {
            for mask in [1, 2, 4, 8, 16, 32, 64, 128, 0xff] {
                subject.check_flipped(offset, mask);
            }
        }
        return;
    }
    let offsets = 0..subject.bytes.len();
    proptest!(|(offset in offsets, mask in 1_u8..)| subject.check_flipped(offset, mask));
}

#[test]
fn a_changed_byte_among_the_tasks_invents_no_state() {
    let subject = Subject::new();
    let roster = subject.bytes.len() - crate::black_box::roster::bytes(8)..subject.bytes.len();
    if is_soak() {
        return roster.for_each(|offset| subject.check_flipped(offset, 0xff));
    }
    proptest!(|(offset in roster, mask in 1_u8..)| subject.check_flipped(offset, mask));
}

#[test]
fn a_box_cut_short_invents_nothing() {
    let subject = Subject::new();
    if is_soak() {
        return (0..subject.bytes.len()).for_each(|len| subject.check_cut(len));
    }
    let lens = 0..subject.bytes.len();
    proptest!(|(len in lens)| subject.check_cut(len));
}

/// A block's control word stands at the start of a line, and the number of its first record behind it.
#[test]
fn a_cut_behind_a_control_word_renumbers_nothing() {
    let subject = Subject::new();
    (0..subject.bytes.len()).step_by(64).for_each(|line| subject.check_cut(line + 8));
}

/// Bytes without sense.
fn garbage(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (state >> 33) as u8
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn garbage_is_an_error_or_no_record() {
    let subject = Subject::new();
    let file = fs::OpenOptions::new().write(true).open(&subject.path).unwrap();
    let starts = 0..subject.bytes.len();
    proptest!(|(start in starts, len in 1..20_000_usize, seed in any::<u64>())| {
        let garbage = garbage(seed, len.min(subject.bytes.len() - start));
        file.write_all_at(&subject.bytes, 0).unwrap();
        file.write_all_at(&garbage, start as u64).unwrap();
        subject.check(&std::format!("{} bytes of garbage at {start}", garbage.len()));
    });
}

#[test]
fn a_region_of_garbage_holds_no_record() {
    let subject = Subject::new();
    let file = fs::OpenOptions::new().write(true).open(&subject.path).unwrap();
    let start = crate::black_box::page::BYTES;
    proptest!(|(seed in any::<u64>())| {
        file.write_all_at(&garbage(seed, subject.bytes.len() - start), start as u64).unwrap();
        prop_assert_eq!(subject.check("garbage"), (0, 0));
    });
}

/// As after a loss of power: of each page either the newer or the older state is on the disk.
#[test]
fn pages_of_different_ages_invent_nothing() {
    let folder = Folder::new();
    let path = folder.path("power.box");
    let run = Run::start(&path);
    let mut number = 0;
    let mut go_on = |records: u64| {
        for _ in 0..records {
            // All of one length, so that a record of the last lap fits where one of this should be.
            run.clock.advance(core::time::Duration::from_millis(19));
            run.log("power", 1, format_args!("number {number:05}"));
            number += 1;
        }
        fs::read(&path).unwrap()
    };
    let older = go_on(1_100);
    let newer = go_on(700);
    // A box of another boot: one whose pages may be of any age.
    let rebooted = |bytes: &mut [u8]| {
        let words: Vec<u64> = bytes[..4096]
            .chunks_exact(8)
            .map(|w| u64::from_ne_bytes(w.try_into().unwrap()))
            .collect();
        let identity = crate::black_box::identity::Identity::read(&words).unwrap();
        let page: Vec<_> = words.iter().map(|&word| crate::sync::AtomicU64::new(word)).collect();
        crate::black_box::identity::Identity { machine: [1, 2], ..identity }.write(&page);
        for (bytes, word) in bytes.chunks_exact_mut(8).zip(page) {
            bytes.copy_from_slice(&word.into_inner().to_ne_bytes());
        }
    };
    let pages = newer.len().div_ceil(4096);
    let torn = folder.path("torn.box");
    proptest!(|(choice in prop::collection::vec(any::<bool>(), pages - 1))| {
        let mut bytes = newer.clone();
        for (page, _) in choice.iter().enumerate().filter(|(_, is_older)| **is_older) {
            let place = (page + 1) * 4096..((page + 2) * 4096).min(bytes.len());
            bytes[place.clone()].copy_from_slice(&older[place]);
        }
        rebooted(&mut bytes[..4096]);
        fs::write(&torn, &bytes).unwrap();
        let mut newest = 0;
        for said in read(&open(&torn).unwrap()).0 {
            // The clock moves 20 ms with each record.
            let number = said.rest.1 / 20_000_000 - 1;
            prop_assert_eq!(&said.message, &std::format!("number {:05}", number));
            prop_assert!(said.rest.1 > newest, "out of its lap: {said:?}");
            newest = said.rest.1;
        }
    });
}
