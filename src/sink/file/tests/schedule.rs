//! When a file's time is over, also when clocks are changed.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use crate::sink::Schedule;
use crate::sink::file::schedule::Period;

/// 2027-03-28 01:00 and 2027-10-31 01:00 UTC: when clocks in Vienna are changed.
pub(super) const SPRING: i64 = 1_806_195_600;
pub(super) const AUTUMN: i64 = 1_824_944_400;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

pub(super) fn vienna(second: i64) -> i32 {
    if (SPRING..AUTUMN).contains(&second) { 7200 } else { 3600 }
}

fn stamp(schedule: Schedule, period: Period) -> String {
    let mut stamp = String::new();
    schedule.write_stamp(period.civil, &mut stamp).unwrap();
    stamp
}

/// The stamps and lengths of the files from `second` on.
fn files(schedule: Schedule, mut second: i64, count: usize) -> Vec<(String, i64)> {
    let mut files = Vec::new();
    for _ in 0..count {
        let period = schedule.period(second, vienna);
        files.push((stamp(schedule, period), period.end - period.start));
        second = period.end;
    }
    files
}

fn named(files: &[(String, i64)]) -> Vec<(&str, i64)> {
    files.iter().map(|(name, len)| (name.as_str(), *len)).collect()
}

#[test]
fn days_are_as_long_as_the_calendar_says() {
    let noon = SPRING - 13 * HOUR;
    assert_eq!(
        named(&files(Schedule::daily(), noon, 3)),
        [("2027-03-27", 24 * HOUR), ("2027-03-28", 23 * HOUR), ("2027-03-29", 24 * HOUR)]
    );
    let noon = AUTUMN - 13 * HOUR;
    assert_eq!(
        named(&files(Schedule::daily(), noon, 3)),
        [("2027-10-30", 24 * HOUR), ("2027-10-31", 25 * HOUR), ("2027-11-01", 24 * HOUR)]
    );
}

#[test]
fn a_time_that_is_left_out_comes_an_hour_later() {
    let schedule = Schedule::daily().at(2, 30);
    assert_eq!(
        named(&files(schedule, SPRING - 13 * HOUR, 3)),
        [("2027-03-27", 24 * HOUR), ("2027-03-28", 23 * HOUR), ("2027-03-29", 24 * HOUR)]
    );
    assert_eq!(schedule.period(SPRING - 1, vienna).end, SPRING + HOUR / 2);
}

#[test]
fn a_time_that_comes_twice_counts_once() {
    let schedule = Schedule::daily().at(2, 30);
    let first = schedule.period(AUTUMN - HOUR, vienna);
    assert_eq!(first.end, AUTUMN - HOUR / 2);
    let second = schedule.period(first.end, vienna);
    assert_eq!(second.end - second.start, 25 * HOUR);
    assert_eq!(schedule.period(AUTUMN + HOUR, vienna).end, second.end);
}

#[test]
fn hours_go_on_when_clocks_are_changed() {
    let spring = files(Schedule::hourly(), SPRING - 2 * HOUR, 4);
    let hours = ["2027-03-28_00", "2027-03-28_01", "2027-03-28_03", "2027-03-28_04"];
    assert_eq!(named(&spring), hours.map(|hour| (hour, HOUR)));
    let autumn = files(Schedule::hourly(), AUTUMN - 2 * HOUR, 4);
    let hours = ["2027-10-31_01", "2027-10-31_02", "2027-10-31_02", "2027-10-31_03"];
    assert_eq!(named(&autumn), hours.map(|hour| (hour, HOUR)));
}

#[test]
fn weeks_begin_with_their_day() {
    let files = files(Schedule::weekly(0).at(3, 0), SPRING, 2);
    assert_eq!(named(&files)[0].0, "2027-03-22");
    assert_eq!(named(&files)[1], ("2027-03-29", 7 * DAY));
    let fortnights = super::schedule::files(Schedule::weekly(6).every(2), SPRING, 3);
    assert!(fortnights[1..].iter().all(|(_, len)| *len == 14 * DAY));
}

#[test]
fn names_of_other_systems_are_read() {
    for (text, schedule) in [
        ("S", Schedule::secondly()),
        ("m", Schedule::minutely()),
        ("H", Schedule::hourly()),
        ("d", Schedule::daily()),
        ("MIDNIGHT", Schedule::daily()),
        ("w6", Schedule::weekly(6)),
    ] {
        assert_eq!(text.parse(), Ok(schedule));
    }
    for text in ["", "W7", "W", "hours", "W-1"] {
        assert!(text.parse::<Schedule>().is_err(), "{text}");
    }
}

pub(super) fn schedule() -> impl Strategy<Value = Schedule> {
    let unit = prop_oneof![
        Just(Schedule::secondly()),
        Just(Schedule::minutely()),
        Just(Schedule::hourly()),
        Just(Schedule::daily()),
        (0_u8..7).prop_map(Schedule::weekly),
    ];
    (unit, 1_u32..50, 0_u8..24, 0_u8..60)
        .prop_map(|(unit, every, hour, minute)| unit.every(every).at(hour, minute))
}

proptest! {
    #[test]
    fn periods_hold_their_moment_and_lie_one_behind_the_other(
        schedule in schedule(),
        near in prop_oneof![Just(SPRING), Just(AUTUMN)],
        by in -40 * DAY..40 * DAY,
    ) {
        let second = near + by;
        let period = schedule.period(second, vienna);
        prop_assert!(period.start <= second && second < period.end);
        let next = schedule.period(period.end, vienna);
        prop_assert!(next.end > period.end);
        // Whoever looks later finds the same end, but for the hours around a change.
        let later = second + (period.end - second) / 2;
        let change = [SPRING, AUTUMN].iter().any(|change| {
            (period.start - DAY..=period.end + DAY).contains(change)
        });
        prop_assert!(change || schedule.period(later, vienna).end == period.end);
    }
}
