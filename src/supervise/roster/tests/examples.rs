use std::borrow::ToOwned;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::super::{Hashed, KEPT, Listed, Place, Roster, Shelf, Unlisted};
use crate::sync::plain::{AtomicBool, Ordering};

#[derive(Debug)]
struct Task {
    name: String,
    place: Place,
    over: AtomicBool,
}

impl Listed for Task {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn gives_way(&self) -> bool {
        self.name != "group"
    }

    fn is_bare(&self) -> bool {
        true
    }
}

fn hashed(name: &str) -> Hashed<'_> {
    Hashed { name, hash: name.len() as u32 }
}

fn list(tasks: &mut Roster<Task>, name: &str, replace: bool) -> Result<Place, Unlisted<()>> {
    let over = AtomicBool::new(false);
    let make =
        |place, _: Option<&Arc<Task>>| Ok(Arc::new(Task { name: name.to_owned(), place, over }));
    tasks.reserve(hashed(name), replace, make).map(|reserved| reserved.entry.place)
}

fn end(tasks: &mut Roster<Task>, place: Place) -> Option<Place> {
    tasks.get(place).unwrap().over.store(true, Ordering::Relaxed);
    tasks.retire(place, Shelf::Done).map(|forgotten| forgotten.place)
}

#[test]
fn one_that_is_not_made_changes_nothing() {
    let mut tasks = Roster::default();
    let refuse = |tasks: &mut Roster<Task>, name: &str| {
        tasks.reserve(hashed(name), true, |_, _| Err("no")).map(|_| ())
    };
    assert_eq!(refuse(&mut tasks, "new"), Err(Unlisted::Unmade("no")));
    assert_eq!((tasks.len(), tasks.bare()), (0, 0));
    let lives = list(&mut tasks, "lives", false).unwrap();
    let over = list(&mut tasks, "over", false).unwrap();
    end(&mut tasks, over);
    for name in ["lives", "over", "new"] {
        assert_eq!(refuse(&mut tasks, name), Err(Unlisted::Unmade("no")));
    }
    for place in [lives, over] {
        let name = tasks.get(place).unwrap().name.clone();
        assert_eq!(tasks.named(hashed(&name)).unwrap().place, place, "it keeps its name");
    }
    assert_eq!((tasks.len(), tasks.bare(), tasks.forgotten()), (2, 1, 0));
}

#[test]
fn a_group_keeps_its_name() {
    let mut tasks = Roster::default();
    let group = list(&mut tasks, "group", false).unwrap();
    assert_eq!(list(&mut tasks, "group", true), Err(Unlisted::Taken));
    assert_eq!(tasks.named(hashed("group")).unwrap().place, group);
}

/// The oldest goes first, whoever is taken off leaves no place behind, and who is filed anew is as
/// young as any.
#[test]
fn shelves_forget_the_oldest() {
    let mut tasks = Roster::default();
    let mut all: Vec<_> = (0..KEPT)
        .map(|number| list(&mut tasks, &std::format!("{number}"), false).unwrap())
        .collect();
    for place in &all {
        assert!(tasks.file(*place, Shelf::Completed).is_none());
    }
    assert!(tasks.file(all[0], Shelf::Completed).is_none(), "it is there already");
    tasks.unfile(all[1].slot);
    all.push(list(&mut tasks, "one more", false).unwrap());
    assert!(tasks.file(all[KEPT], Shelf::Completed).is_none(), "one has left");
    let oldest = tasks.file(all[1], Shelf::Completed).unwrap();
    assert_eq!(oldest.place, all[2], "the first two were filed anew");
    assert!(tasks.get(all[2]).is_some(), "it is for others to forget it");
    tasks.remove(all[3]).unwrap();
    all.push(list(&mut tasks, "and one", false).unwrap());
    assert!(tasks.file(all[KEPT + 1], Shelf::Completed).is_none());
}
