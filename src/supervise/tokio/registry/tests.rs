use core::panic::Location;
use std::collections::HashMap;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use proptest::prelude::*;

use super::{Collision, Newcomer, Registry, SpawnError};
use crate::record::TaskId;
use crate::supervise::State;
use crate::supervise::tokio::entry::Entry;

fn add(registry: &Registry, name: &str, collision: Collision) -> Result<TaskId, SpawnError> {
    let newcomer = Newcomer { name, collision };
    let added = registry.add(&newcomer, &mut |seat| {
        Ok(Arc::new(Entry::once(seat.id, seat.name, Location::caller(), 0)))
    });
    added.map(|added| added.entry.id)
}

fn end(registry: &Registry, id: TaskId) {
    let entry = registry.get(id).unwrap();
    entry.word.enter(1, State::Completed);
    registry.retire(&entry, false);
}

#[test]
fn names_are_rejected_suffixed_or_taken_over() {
    let registry = Registry::new();
    let blink = add(&registry, "blink", Collision::Reject).unwrap();
    assert_eq!(
        add(&registry, "blink", Collision::Reject),
        Err(SpawnError::Taken(String::from("blink")))
    );
    let first = add(&registry, "blink", Collision::Suffix).unwrap();
    assert_eq!(&*registry.get(first).unwrap().name, "blink_1");
    let second = add(&registry, "blink", Collision::Suffix).unwrap();
    assert_eq!(&*registry.get(second).unwrap().name, "blink_2");
    end(&registry, first);
    let again = add(&registry, "blink", Collision::Suffix).unwrap();
    assert_eq!(&*registry.get(again).unwrap().name, "blink_1", "the first free number");
    let heir = add(&registry, "blink", Collision::Replace).unwrap();
    assert_eq!(registry.named("blink").unwrap().id, heir);
    assert!(registry.get(blink).is_some(), "the old one is still there, without its name");
    end(&registry, blink);
    assert_eq!(registry.named("blink").unwrap().id, heir);
}

#[test]
fn the_past_is_bounded() {
    let registry = Registry::new();
    for number in 0..5_000 {
        let id = add(&registry, &format!("request {number}"), Collision::Reject).unwrap();
        end(&registry, id);
    }
    assert!(registry.len() <= 2_048, "{}", registry.len());
    assert_eq!(registry.len() as u64 + registry.forgotten(), 5_000);
}

#[derive(Clone, Debug)]
enum Step {
    Add(u8, bool),
    End(prop::sample::Index),
    Remove(prop::sample::Index),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..12_u8, any::<bool>()).prop_map(|(name, suffix)| Step::Add(name, suffix)),
        any::<prop::sample::Index>().prop_map(Step::End),
        any::<prop::sample::Index>().prop_map(Step::Remove),
    ]
}

proptest! {
    /// Beside a plain list of names that live: no name lives twice, no id means two tasks.
    #[test]
    fn it_is_a_map(steps in prop::collection::vec(step(), 1..120)) {
        let registry = Registry::new();
        let mut live: HashMap<String, TaskId> = HashMap::new();
        let mut all: Vec<TaskId> = Vec::new();
        for step in steps {
            let pick = |index: prop::sample::Index, live: &HashMap<String, TaskId>| {
                let mut names: Vec<_> = live.keys().cloned().collect();
                names.sort();
                (!names.is_empty()).then(|| names[index.index(names.len())].clone())
            };
            match step {
                Step::Add(name, suffix) => {
                    let name = format!("task {name}");
                    let how = if suffix { Collision::Suffix } else { Collision::Reject };
                    let added = add(&registry, &name, how);
                    prop_assert_eq!(added.is_err(), live.contains_key(&name) && !suffix);
                    if let Ok(id) = added {
                        let entry = registry.get(id).unwrap();
                        prop_assert!(live.insert(String::from(&*entry.name), id).is_none());
                        prop_assert!(!all.contains(&id));
                        all.push(id);
                    }
                }
                Step::End(index) => if let Some(name) = pick(index, &live) {
                    end(&registry, live.remove(&name).unwrap());
                },
                Step::Remove(index) => if let Some(name) = pick(index, &live) {
                    registry.remove(live.remove(&name).unwrap());
                },
            }
            for (name, id) in &live {
                prop_assert_eq!(registry.named(name).map(|entry| entry.id), Some(*id));
                prop_assert_eq!(registry.get(*id).map(|entry| entry.id), Some(*id));
            }
        }
    }
}
