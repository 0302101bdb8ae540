//! Which records of a box are to be believed.

use std::vec::Vec;

use crate::record::{is_sealed, peek};
use crate::ring::{Region, Salvaged, Word};

/// Makes a copied region readable; of its records those are kept whose seal is whole.
///
/// A seal proves that a record was written, not that it was written where it stands. After the death
/// of the machine a file is patchwork: its pages may be of different ages, and a slot may point to a
/// record of another lap, whole and of the same length. Such a record is older or newer by a lap than
/// those around it, that is by more than `patience` ticks, and is left out.
pub(super) fn salvage<W: Word>(
    region: &Region<'_, W>,
    is_patchwork: bool,
    patience: u64,
) -> Salvaged {
    if !is_patchwork {
        return region.salvage(|_, record| is_sealed(record));
    }
    let mut ticks: Vec<Vec<u64>> = std::vec![Vec::new(); region.shards().len()];
    let first = region.salvage(|shard, record| {
        let head = peek(record).filter(|_| is_sealed(record));
        if let (Some(head), Some(ticks)) = (head, ticks.get_mut(shard)) {
            ticks.push(head.ticks);
        }
        head.is_some()
    });
    let mut timely =
        ticks.iter().flat_map(|ticks| timely(ticks, patience)).collect::<Vec<_>>().into_iter();
    let second = region.salvage(|_, _| timely.next().unwrap_or(false));
    Salvaged { intact: second.intact, damaged: first.damaged + second.damaged, ..first }
}

/// Which of these are in order: not more than `patience` older than those before them, nor newer
/// than those behind them, where the most that are in order with each other set the standard.
fn timely(ticks: &[u64], patience: u64) -> Vec<bool> {
    let is_standard =
        longest_rise(&ticks.iter().map(|ticks| ticks / patience.max(1)).collect::<Vec<_>>());
    let mut earliest = Vec::with_capacity(ticks.len());
    let mut newest = 0;
    for (&ticks, &is_standard) in ticks.iter().zip(&is_standard) {
        earliest.push(newest);
        newest = if is_standard { newest.max(ticks) } else { newest };
    }
    let mut oldest = u64::MAX;
    let mut timely = std::vec![false; ticks.len()];
    for (index, &ticks) in ticks.iter().enumerate().rev() {
        let range = earliest[index].saturating_sub(patience)..=oldest.saturating_add(patience);
        timely[index] = range.contains(&ticks);
        oldest = if is_standard[index] { oldest.min(ticks) } else { oldest };
    }
    timely
}

/// Marks the longest selection of `values` that never falls (patience sorting).
fn longest_rise(values: &[u64]) -> Vec<bool> {
    // The index of the least value that ends a selection of each length, and what comes before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = std::vec![None; values.len()];
    for (index, value) in values.iter().enumerate() {
        let length = ends.partition_point(|&end| values[end] <= *value);
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut is_chosen = std::vec![false; values.len()];
    let mut next = ends.last().copied();
    while let Some(index) = next {
        is_chosen[index] = true;
        next = before[index];
    }
    is_chosen
}

#[cfg(test)]
mod tests {
    use super::timely;

    #[test]
    fn what_is_a_lap_off_is_left_out() {
        let ticks = [100, 110, 900, 120, 10, 130, 140];
        assert_eq!(timely(&ticks, 50), [true, true, false, true, false, true, true]);
        assert!(timely(&[], 50).is_empty());
    }

    #[test]
    fn what_is_a_little_late_is_not() {
        let ticks = [100, 99, 150, 149, 148, 210, 199, 1_000];
        assert_eq!(timely(&ticks, 50), [true; 8]);
    }
}
