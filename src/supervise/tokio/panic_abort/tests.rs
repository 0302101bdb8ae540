//! What a program that ends on panic is refused, and what it is told.

use super::{check, notice};
use crate::supervise::{SpawnError, When};

#[test]
fn what_is_there_for_panics_is_refused_where_none_is_survived() {
    for when in [When::OnPanic, When::OnAbnormal] {
        assert_eq!(check(when, true), Err(SpawnError::PanicAborts(when)));
        assert_eq!(check(when, false), Ok(()));
    }
}

#[test]
fn what_has_other_uses_is_not() {
    for when in [When::Never, When::OnFailure, When::OnWatchdog, When::Always] {
        assert_eq!(check(when, true), Ok(()));
    }
}

#[test]
fn only_such_a_program_is_told() {
    assert!(notice(true).unwrap().contains("panic = \"abort\""));
    assert_eq!(notice(false), None);
}
