//! The string table.

use std::format;
use std::vec::Vec;

use super::for_both_words;
use crate::ring::{Heap, Storage, Word};

for_both_words! {
    a_string_has_one_id => one_id;
    a_full_table_says_so => full;
    threads_have_names => threads;
    no_table_refuses => none;
    racing_threads_agree => race;
}

fn one_id<W: Word>() {
    let heap = Heap::<W>::new(1 << 14, 1, 1 << 14).unwrap();
    let table = heap.region().strings();
    let texts: Vec<_> = (0..100).map(|i| "x".repeat(i % 23) + &format!("{i}")).collect();
    let ids: Vec<_> = texts.iter().map(|text| table.intern(text.as_bytes()).unwrap()).collect();
    for (text, &id) in texts.iter().zip(&ids) {
        assert_eq!(table.intern(text.as_bytes()), Some(id));
        assert_eq!(table.get(id), Some(text.as_bytes()));
        assert_ne!(id, 0);
    }
    assert_eq!(table.intern(b""), table.intern(b""));
    assert_eq!(table.get(0), None);
    assert_eq!(table.get(u32::MAX), None);
}

fn full<W: Word>() {
    let heap = Heap::<W>::new(1 << 14, 1, 1 << 10).unwrap();
    let table = heap.region().strings();
    let taken = (0..1000u32).filter(|i| table.intern(&i.to_le_bytes()).is_some()).count();
    assert!(taken > 10 && taken < 200, "{taken}");
    assert_eq!(table.refused(), 1000 - taken as u64);
    assert!(table.intern(&0u32.to_le_bytes()).is_some(), "what is in stays in");
}

fn threads<W: Word>() {
    let heap = Heap::<W>::new(1 << 14, 1, 1 << 14).unwrap();
    let table = heap.region().strings();
    table.name_thread(3, b"main");
    assert_eq!(table.thread_name(3), Some(&b"main"[..]));
    assert_eq!(table.thread_name(4), None);
    assert_eq!(table.thread_name(u16::MAX), None);
}

fn none<W: Word>() {
    let heap = Heap::<W>::new(1 << 14, 1, 0).unwrap();
    let table = heap.region().strings();
    assert_eq!(table.intern(b"x"), None);
    table.name_thread(1, b"main");
    assert_eq!(table.thread_name(1), None);
}

fn race<W: Word>() {
    let heap = Heap::<W>::new(1 << 14, 1, 1 << 15).unwrap();
    let table = || heap.region().strings();
    let intern = || (0..200u32).map(|i| table().intern(&i.to_le_bytes())).collect();
    let ids: Vec<Vec<_>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(intern)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|other| other == &ids[0]));
}
