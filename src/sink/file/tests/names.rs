//! Names are read back as they were made, and no foreign file is taken for an old one.

use std::path::Path;
use std::string::ToString;

use proptest::prelude::*;

use crate::sink::file::names::{Mark, Names, Old};

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![
        (1_u32..1_000_000).prop_map(Mark::Number),
        ("[0-9]{4}-[0-9]{2}-[0-9]{2}(_[0-9]{2}(-[0-9]{2}){0,2})?", 0_u32..1000)
            .prop_map(|(stamp, nth)| Mark::Stamp(stamp, nth)),
    ]
}

proptest! {
    #[test]
    fn names_are_read_back(mark in mark(), is_packed: bool, base in "[a-z{][a-z.{}]{0,9}[a-z]") {
        let names = Names::new(Path::new("logs").join(base).as_path());
        let old = Old { mark, is_packed };
        let path = names.old(&old);
        let name = path.file_name().unwrap().to_str().unwrap();
        prop_assert_eq!(names.parse(name), Some(old));
    }

    #[test]
    fn what_is_read_is_a_name_that_is_made(name in "app\\.log(\\.[-0-9a-z_]{0,20}){0,3}(\\.gz)?") {
        let names = Names::new(Path::new("app.log"));
        if let Some(old) = names.parse(&name) {
            prop_assert_eq!(names.old(&old), Path::new(&name));
        }
    }
}

#[test]
fn foreign_files_stay_foreign() {
    let names = Names::new(Path::new("logs/app.log"));
    for name in [
        "app.log",
        "app.log.",
        "app.log.0",
        "app.log.01",
        "app.log.1.2",
        "app.log.gz",
        "app.log.old",
        "app.log.2027-03-28.0",
        "app.log.2027-03",
        "app.log.1.gz.part",
        "other.log.1",
        "app.log2",
        "app.log.9999999999",
        "app.log.-1",
        "app.log.+1",
    ] {
        assert_eq!(names.parse(name), None, "{name}");
    }
    let first = names.parse("app.log.2027-03-28").unwrap();
    let second = names.parse("app.log.2027-03-28.1.gz").unwrap();
    assert!(second.mark < first.mark && second.is_packed, "the younger comes first");
    assert_eq!(names.old(&first).to_string_lossy().to_string(), "logs/app.log.2027-03-28");
}
