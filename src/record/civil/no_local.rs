//! Without an operating system nobody knows the time zone.

/// What the zone adds to UTC then, in seconds.
pub(super) const fn offset_s(_second: i64) -> i32 {
    0
}
