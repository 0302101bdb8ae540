use std::collections::HashMap;

use proptest::prelude::*;

use super::Names;

/// So few that searches run into each other, at the end of the table too.
fn hash() -> impl Strategy<Value = u32> {
    prop_oneof![0..4_u32, (u32::MAX - 3)..=u32::MAX]
}

proptest! {
    /// Beside a plain map from slots to hashes: each slot is found under its hash, and nothing else.
    #[test]
    fn it_is_a_set(steps in prop::collection::vec((0..40_u32, hash(), any::<bool>()), 1..200)) {
        let mut names = Names::default();
        let mut model: HashMap<u32, u32> = HashMap::new();
        for (slot, hash, adds) in steps {
            match model.get(&slot).copied() {
                None if adds => {
                    names.insert(hash, slot, |slot| model[&slot]);
                    model.insert(slot, hash);
                }
                None => names.remove(hash, slot, |slot| model[&slot]),
                Some(known) => {
                    names.remove(known, slot, |slot| model[&slot]);
                    model.remove(&slot);
                }
            }
            for slot in 0..40 {
                let hash = model.get(&slot).copied().unwrap_or(hash);
                let found = names.find(hash, |other| other == slot);
                prop_assert_eq!(found.is_some(), model.contains_key(&slot));
            }
        }
    }
}

#[test]
fn an_empty_one_knows_nobody() {
    assert_eq!(Names::default().find(7, |_| true), None);
}
