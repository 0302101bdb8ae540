//! The time zone of the system.

use chrono::{Local, Offset, TimeZone};

/// What the zone adds to UTC then, in seconds; 0 where the system does not say.
pub(super) fn offset_s(second: i64) -> i32 {
    let moment = Local.timestamp_opt(second, 0);
    moment.single().map_or(0, |moment| moment.offset().fix().local_minus_utc())
}
