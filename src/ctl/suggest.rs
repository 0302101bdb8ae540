//! What somebody may have meant who typed something else.

use std::vec::Vec;

/// The known word that comes nearest to `typed`; `None` where each is quite another one.
pub(crate) fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (typed.chars().count() / 2).clamp(1, 3);
    let near = known.map(|word| (distance(typed, word), word));
    let best = near.filter(|(distance, _)| *distance <= allowed).min();
    best.map(|(_, word)| word)
}

/// How many letters have to be added, left out, changed, or exchanged with the next one.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, &a) in from.iter().enumerate() {
        let mut next = Vec::from([i + 1]);
        for (j, &b) in to.iter().enumerate() {
            let mut least = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a == to[j - 1] && from[i - 1] == b {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = core::mem::replace(&mut row, next);
    }
    row[to.len()]
}
