//! The heap against a search through all deadlines.

use std::vec;

use proptest::prelude::*;

use super::super::slot::{NEVER, Slot};
use super::Timers;

proptest! {
    #[test]
    fn the_first_is_the_least(
        steps in prop::collection::vec((0..12_u32, prop_oneof![Just(NEVER), 0..20_u64]), 0..200),
    ) {
        let (mut timers, mut slots) = (Timers::default(), vec![Slot::EMPTY; 12]);
        for (index, due) in steps {
            timers.set(&mut slots, index, due);
            let dues = slots.iter().zip(0_u32..).map(|(slot, at)| (slot.timer.due, at));
            let least = dues.filter(|(due, _)| *due != NEVER).min();
            prop_assert_eq!(timers.first(&slots), least);
        }
    }
}
