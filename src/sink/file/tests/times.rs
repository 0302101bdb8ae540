//! Each line is in the file of its time, whatever the schedule is and the clocks do.

use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use proptest::prelude::*;

use super::fake::Fake;
use super::schedule::{AUTUMN, SPRING, schedule, vienna};
use super::scratch::{LONG, say, timed};
use crate::record::Template;
use crate::sink::{File, Keep, Schedule};

const DAY: i64 = 86_400;

fn file(schedule: Schedule, is_utc: bool) -> File {
    let schedule = if is_utc { schedule.utc() } else { schedule };
    let template: Template = "{message}".parse().unwrap();
    let mut file = File::new("x.log").schedule(schedule).keep(Keep::all()).format(template);
    if !is_utc {
        file.rules.offset = vienna;
    }
    file
}

/// The files with the seconds that stand in them.
fn seconds(disk: &Fake) -> Vec<(String, Vec<i64>)> {
    let read = |name: &String| disk.lines(name).iter().map(|line| line.parse().unwrap()).collect();
    disk.names().iter().map(|name| (name.clone(), read(name))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 64, ..ProptestConfig::with_cases(64) })]
    #[test]
    fn each_line_is_in_the_file_of_its_time(
        schedule in schedule(),
        is_utc: bool,
        is_spring: bool,
        begin in -9 * DAY..DAY,
        steps in prop::collection::vec(prop_oneof![0_i64..4, 0_i64..7200, 0_i64..9 * DAY], 1..25),
    ) {
        let (stream, clock) = timed();
        let disk = Fake::default();
        let mut now = if is_spring { SPRING } else { AUTUMN } + begin;
        clock.set_wall(now * 1_000_000_000);
        let sink = file(schedule, is_utc).start_on(&stream, Arc::new(disk.clone())).unwrap();
        for step in &steps {
            now += step;
            clock.advance(Duration::from_secs(*step as u64));
            say(&stream, &now.to_string());
        }
        prop_assert!(sink.flush(LONG));
        drop(sink);
        let offset = if is_utc { |_| 0 } else { vienna };
        let period = |second: i64| schedule.period(second, offset);
        for (name, seconds) in seconds(&disk) {
            let Some(first) = seconds.first() else { continue };
            let end = period(*first).end;
            prop_assert!(seconds.iter().all(|second| *second < end), "{name}: {seconds:?}");
            if let Some(stamp) = name.strip_prefix("x.log.") {
                let mut expected = String::new();
                schedule.write_stamp(period(*first).civil, &mut expected).unwrap();
                prop_assert!(stamp.starts_with(&expected), "{name} for {expected}");
            }
        }
        let mut all: Vec<i64> = seconds(&disk).into_iter().flat_map(|(_, seconds)| seconds).collect();
        all.sort_unstable();
        prop_assert_eq!(all.len(), steps.len());
        prop_assert_eq!(all.last(), Some(&now));
    }

    #[test]
    fn a_clock_that_is_set_loses_no_line_and_no_file(
        schedule in schedule(),
        moves in prop::collection::vec((-40 * DAY..40 * DAY, 1_u64..100_000), 1..20),
    ) {
        let (stream, clock) = timed();
        let disk = Fake::default();
        let sink = file(schedule, false).start_on(&stream, Arc::new(disk.clone())).unwrap();
        for (number, (set, goes_on)) in moves.iter().enumerate() {
            clock.set_wall((SPRING + set) * 1_000_000_000);
            clock.advance(Duration::from_secs(*goes_on));
            say(&stream, &number.to_string());
            prop_assert!(sink.flush(LONG));
        }
        drop(sink);
        let mut found: Vec<i64> = seconds(&disk).into_iter().flat_map(|(_, found)| found).collect();
        found.sort_unstable();
        prop_assert!(found.iter().copied().eq(0..moves.len() as i64), "{found:?}");
    }
}
