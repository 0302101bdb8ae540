//! One slip is near, another word is not.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::{distance, nearest};

#[test]
fn letters_that_changed_places_are_one_slip() {
    assert_eq!(distance("stauts", "status", 9), 1);
    assert_eq!(distance("bd", "db", 9), 1);
    assert_eq!(distance("kitten", "sitting", 9), 3);
    assert_eq!(nearest("bd", ["db", "net"].into_iter(), 3), ["db"]);
    assert_eq!(nearest("wran", ["error", "warn", "info"].into_iter(), 1), ["warn"]);
    assert_eq!(nearest("zzzz", ["error", "warn"].into_iter(), 3), [""; 0]);
}

/// A word with one slip in it.
fn slipped(word: &str, kind: u8, at: prop::sample::Index) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = at.index(letters.len() - 1);
    match kind {
        0 => _ = letters.remove(at),
        1 => letters.insert(at, 'x'),
        2 => letters[at] = 'x',
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

proptest! {
    #[test]
    fn a_distance_is_symmetric_and_zero_for_itself(a in "[a-d]{0,8}", b in "[a-d]{0,8}") {
        prop_assert_eq!(distance(&a, &b, 99), distance(&b, &a, 99));
        prop_assert_eq!(distance(&a, &b, 99) == 0, a == b);
    }

    #[test]
    fn one_slip_is_near(word in "[a-z]{4,12}", kind in 0..4_u8, at in any::<prop::sample::Index>()) {
        let typed = slipped(&word, kind, at);
        prop_assert!(distance(&typed, &word, 9) <= 1);
        prop_assert_eq!(nearest(&typed, [&*word].into_iter(), 3), [&*word]);
    }
}
