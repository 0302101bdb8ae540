//! Bigger rings under random schedules.
