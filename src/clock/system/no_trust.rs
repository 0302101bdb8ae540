//! Stands in where the system does not say which counter it trusts.

pub(super) fn names(_clocksource: &str) -> bool {
    false
}
