//! Times as people write them.

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::answer::bad;
use crate::control::api::Failure;
use crate::record::Time;
use crate::supervise::Arg;

/// A moment: `-10m` or `10m` (ago), `@1795253182` (seconds since 1970), RFC 3339, or a date and time
/// of the process's zone, each part as long as wanted: `2026-11-21`, `2026-11-21 09:12`, `09:12:03`.
pub(super) fn parse(text: &str, now: Time) -> Result<SystemTime, Failure> {
    let now_at = at(now.wall_ns);
    let moment = if let Some(seconds) = text.strip_prefix('@') {
        seconds.parse().ok().and_then(|s| UNIX_EPOCH.checked_add(Duration::from_secs(s)))
    } else if let Some(ago) = Duration::parse(text.strip_prefix('-').unwrap_or(text)) {
        now_at.checked_sub(ago)
    } else {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(SystemTime::from)
            .or_else(|| local(text, now_at))
    };
    moment.ok_or_else(|| {
        bad(std::format!(
            "{text:?} is no time; write -10m, 2026-11-21, 2026-11-21 09:12, 09:12:03 or @1795253182"
        ))
    })
}

fn local(text: &str, now: SystemTime) -> Option<SystemTime> {
    let today = DateTime::<Local>::from(now).date_naive();
    let text = text.replace('T', " ");
    let of_day = |text: &str| {
        let parse = |format| NaiveTime::parse_from_str(text, format);
        parse("%H:%M:%S%.f").or_else(|_| parse("%H:%M")).ok()
    };
    let date = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let naive: NaiveDateTime = match text.split_once(' ') {
        Some((day, time)) => date(day)?.and_time(of_day(time)?),
        None => match of_day(&text) {
            Some(time) => today.and_time(time),
            None => date(&text)?.and_time(NaiveTime::MIN),
        },
    };
    // Of an hour that comes twice the first is meant; one that is left out is no time.
    Local.from_local_datetime(&naive).earliest().map(SystemTime::from)
}

fn at(wall_ns: i64) -> SystemTime {
    match u64::try_from(wall_ns) {
        Ok(ns) => UNIX_EPOCH + Duration::from_nanos(ns),
        Err(_) => UNIX_EPOCH,
    }
}
