//! `result`: what came of the last run.

use crate::control::Ask;
use crate::ctl::call::{Call, select};
use crate::ctl::exit::Done;

pub(in crate::ctl) fn result(call: &Call<'_>) -> Done {
    let ask = select(Ask::path(&["v1", "tasks"]), &call.given.operands);
    call.pass(if call.wants_json()? { ask } else { ask.query("view", "result") })
}
