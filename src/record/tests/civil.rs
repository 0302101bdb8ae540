//! The calendar, compared with another one where there is one.

use std::string::{String, ToString};

use crate::record::civil::Calendar;
use crate::record::*;

fn utc(calendar: &mut Calendar, second: i64) -> String {
    calendar.second_text(second * 1_000_000_000).to_string()
}

#[test]
fn seconds_around_every_kind_of_turn() {
    let mut calendar = Calendar::new(Zone::Utc);
    for (second, text) in [
        (0, "1970-01-01 00:00:00"),
        (-1, "1969-12-31 23:59:59"),
        (951_782_399, "2000-02-28 23:59:59"),
        (951_782_400, "2000-02-29 00:00:00"),
        (1_680_092_190, "2023-03-29 12:16:30"),
        (1_709_251_199, "2024-02-29 23:59:59"),
        (4_107_542_400, "2100-03-01 00:00:00"),
    ] {
        assert_eq!(utc(&mut calendar, second), text);
    }
    assert_eq!(calendar.second_text(i64::MIN), "1677-09-21 00:12:43");
    assert_eq!(calendar.second_text(i64::MAX), "2262-04-11 23:47:16");
}

#[test]
fn durations_are_those_of_status_lines() {
    for (seconds, text) in [
        (0, "0 s"),
        (4, "4 s"),
        (59, "59 s"),
        (60, "00:01:00"),
        (82, "00:01:22"),
        (3599, "00:59:59"),
        (3600, "01:00:00"),
        (3630, "01:00:30"),
        (86_399, "23:59:59"),
        (86_400, "1 days, 00:00:00"),
        (3 * 86_400 + 5, "3 days, 00:00:05"),
        (-2, "the past by 2 s"),
        (i64::MIN, "the past by 106751991167300 days, 15:30:08"),
    ] {
        assert_eq!(Elapsed::from_secs(seconds).to_string(), text);
    }
    assert_eq!(Elapsed::from(core::time::Duration::from_millis(82_700)).to_string(), "00:01:22");
}

#[cfg(feature = "std")]
mod against_chrono {
    use chrono::{DateTime, Local};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_second_reads_as_chrono_writes_it(
            wall_ns in any::<i64>(),
            step in prop_oneof![-90..90_i64, -20_000_000..20_000_000_i64],
        ) {
            let (mut utc, mut local) = (Calendar::new(Zone::Utc), Calendar::new(Zone::Local));
            // The second time comes through what the first one left behind.
            for wall_ns in [wall_ns, wall_ns.saturating_add(step * 1_000_000_000)] {
                let moment = DateTime::from_timestamp_nanos(wall_ns);
                let format = "%Y-%m-%d %H:%M:%S";
                prop_assert_eq!(utc.second_text(wall_ns), moment.format(format).to_string());
                let moment = moment.with_timezone(&Local);
                prop_assert_eq!(local.second_text(wall_ns), moment.format(format).to_string());
            }
        }
    }
}
