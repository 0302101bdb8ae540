//! What can be asked for, a file each.

mod active;
mod change;
mod completions;
mod diagnose;
mod dump;
mod help;
mod level;
mod logs;
mod ls;
mod man;
mod ps;
mod result;
mod ring;
mod runs;
mod status;
mod trace;
mod version;
mod whereabouts;

pub(super) use active::{is_active, is_failed};
pub(super) use change::{kill, pause, restart, resume, start, stop};
pub(super) use completions::{complete, completions};
pub(super) use diagnose::diagnose;
pub(super) use dump::dump;
pub(super) use help::{help, help_on};
pub(super) use level::level;
pub(super) use logs::{Ask, Pages, Printer, logs};
pub(super) use ls::ls;
pub(super) use man::man;
pub(super) use ps::ps;
pub(super) use result::result;
pub(super) use ring::ring;
pub(super) use runs::runs;
pub(super) use status::status;
pub(super) use trace::trace;
pub(super) use version::{own_version, version};
pub(super) use whereabouts::whereabouts;
