//! What somebody may have meant who typed something else.

use core::mem;
use std::vec::Vec;

/// The most letters in which two words may differ that are meant to be the same.
const FAR: usize = 3;
/// A text of fewer letters is part of too many words to mean one of them.
const PART: usize = 3;

/// The known words that come nearest to `typed`, at most `most`, the best first; none that is quite
/// another one.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl Iterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let letters = typed.chars().count();
    let allowed = (letters / 2).clamp(1, FAR);
    let mut best: Vec<(usize, &str)> = Vec::new();
    for word in known {
        let is_part = letters >= PART && word.contains(typed);
        let distance = distance(typed, word, allowed);
        let distance = if is_part { distance.min(1) } else { distance };
        if distance <= allowed {
            best.push((distance, word));
            best.sort_unstable();
            best.truncate(most);
        }
    }
    best.into_iter().map(|(_, word)| word).collect()
}

/// How many letters have to be added, left out, changed, or exchanged with the next one; some number
/// above `most` where it is more than that.
fn distance(from: &str, to: &str, most: usize) -> usize {
    let to: Vec<char> = to.chars().collect();
    let difference = from.chars().count().abs_diff(to.len());
    if difference > most {
        return difference;
    }
    // Rows of the table of all prefixes: an exchange looks back at the one before the last.
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let (mut older, mut before) = (last.clone(), None);
    for (i, a) in from.chars().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        row.push(i + 1);
        for (j, &b) in to.iter().enumerate() {
            let changed = last[j] + usize::from(a != b);
            let mut least = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if j > 0 && before == Some(b) && to[j - 1] == a {
                least = least.min(older[j - 1] + 1);
            }
            row.push(least);
        }
        older = mem::replace(&mut last, row);
        before = Some(a);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests;
