//! Questions that come while the levels are being changed.

use std::thread;

use super::{Levels, Verdict};
use crate::record::Level;
use crate::stream::filter::Directives;

fn lists() -> [Directives; 2] {
    ["off,kept=info,other=trace", "off,kept=info"].map(|text| Directives::parse(text).unwrap())
}

#[test]
fn what_no_change_touches_is_answered_alike_during_changes() {
    let levels = Levels::all();
    let [one, other] = lists();
    levels.replace(one.clone());
    thread::scope(|scope| {
        let asking = [(); 2].map(|()| {
            scope.spawn(|| {
                let verdict = Verdict::none();
                for _ in 0..20_000 {
                    assert!(levels.allows(Level::Info, "kept"));
                    assert!(!levels.allows(Level::Debug, "kept"));
                    assert!(!levels.allows(Level::Error, "unknown"));
                    assert!(levels.allows_site(Level::Info, "kept", &verdict));
                    assert!(!levels.allows_site(Level::Debug, "kept", &verdict));
                }
            })
        });
        while !asking.iter().all(thread::ScopedJoinHandle::is_finished) {
            assert!(levels.replace(other.clone()));
            assert!(levels.replace(one.clone()));
        }
    });
}

#[test]
fn a_change_to_what_holds_already_is_none() {
    let levels = Levels::all();
    let [one, other] = lists();
    assert!(levels.replace(one.clone()));
    assert!(!levels.replace(one.clone()));
    assert!(levels.replace(other));
    assert!(levels.replace(one));
}
