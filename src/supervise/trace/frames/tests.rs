use std::collections::{HashMap, HashSet};
use std::vec::Vec;

use proptest::prelude::*;

use super::{Buffer, Chain, Frames, MAX_FRAMES, MAX_LEAVES};

fn frames(addresses: &[usize]) -> Frames {
    let mut buffer = Buffer::default();
    addresses.iter().for_each(|address| _ = buffer.push(*address));
    Frames::from(&buffer)
}

fn chain(leaves: &[Vec<usize>]) -> Chain {
    let mut chain = Chain::new();
    leaves.iter().for_each(|leaf| chain.add(frames(leaf)));
    chain
}

proptest! {
    #[test]
    fn a_stack_keeps_its_inner_end(addresses in prop::collection::vec(any::<usize>(), 0..100)) {
        let kept = frames(&addresses);
        prop_assert_eq!(kept.addresses(), &addresses[..addresses.len().min(MAX_FRAMES)]);
        prop_assert_eq!(kept.is_truncated(), addresses.len() > MAX_FRAMES);
    }

    #[test]
    fn a_chain_keeps_different_leaves(
        leaves in prop::collection::vec(prop::collection::vec(0..4usize, 0..4), 0..100),
    ) {
        let chain = chain(&leaves);
        let different = chain.leaves().iter().collect::<HashSet<_>>().len();
        prop_assert_eq!(different, chain.leaves().len());
        prop_assert!(different <= MAX_LEAVES);
        let all = leaves.iter().collect::<HashSet<_>>().len();
        prop_assert_eq!(chain.missed() > 0, all > MAX_LEAVES);
    }

    #[test]
    fn fingerprints_tell_chains_apart(
        chains in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(0x5000..0x5004usize, 1..4), 0..3), 0..60),
    ) {
        let mut by_fingerprint = HashMap::new();
        for chain in chains.iter().map(|leaves| chain(leaves)) {
            let first = by_fingerprint.entry(chain.fingerprint()).or_insert(chain.clone());
            prop_assert_eq!(first, &chain);
        }
    }
}
