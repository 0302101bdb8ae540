//! Which old files stay.

use core::time::Duration;
use std::vec::Vec;

use proptest::prelude::*;

use crate::sink::Keep;
use crate::sink::file::keep::Kept;

fn files(sizes: &[(u64, i64)]) -> Vec<Kept> {
    let kept = |(bytes, modified): &(u64, i64)| Kept { bytes: *bytes, modified: *modified };
    sizes.iter().map(kept).collect()
}

#[test]
fn each_limit_holds() {
    let files = files(&[(10, 900), (20, 800), (30, 700), (40, 600)]);
    let stay = |keep: Keep| keep.stay(&files, 1000);
    assert_eq!(stay(Keep::all()), 4);
    assert_eq!(stay(Keep::files(2)), 2);
    assert_eq!(stay(Keep::all().age(Duration::from_secs(300))), 3);
    assert_eq!(stay(Keep::all().bytes(59)), 2);
    assert_eq!(stay(Keep::files(0)), 0);
    assert_eq!(Keep::all().age(Duration::ZERO).stay(&files, 0), 4, "files of the future stay");
}

proptest! {
    #[test]
    fn what_stays_keeps_every_limit_and_is_as_much_as_may(
        sizes in prop::collection::vec((0_u64..100, 0_i64..1000), 0..20),
        count in 0_usize..20,
        age in 0_u64..1000,
        bytes in 0_u64..1000,
    ) {
        let files = files(&sizes);
        let stay = Keep::files(count).age(Duration::from_secs(age)).bytes(bytes).stay(&files, 1000);
        let fits = |files: &[Kept]| {
            files.len() <= count
                && files.iter().map(|file| file.bytes).sum::<u64>() <= bytes
                && files.iter().all(|file| 1000 - file.modified <= age as i64)
        };
        prop_assert!(fits(&files[..stay]));
        prop_assert!(stay == files.len() || !fits(&files[..=stay]));
    }
}
