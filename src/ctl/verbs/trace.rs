//! `trace`: why the last run failed, and where.

use crate::control::Ask;
use crate::ctl::call::{Call, select};
use crate::ctl::exit::{Done, Exit};

pub(in crate::ctl) fn trace(call: &Call<'_>) -> Done {
    let names = &call.given.operands;
    if call.wants_json()? {
        return call.pass(select(Ask::path(&["v1", "tasks"]), names));
    }
    let ask = select(Ask::path(&["v1", "tasks"]), names).query("view", "traceback");
    let text = call.client()?.text(call.looking(ask))?;
    if text.is_empty() {
        call.remark("no last run has failed")?;
        return Ok(Exit::Nothing);
    }
    call.show(&text)?;
    if let [name] = &names[..] {
        call.remark(&std::format!("Log before it: {} logs -u {name} -n 20", call.command))?;
    }
    Ok(Exit::Ok)
}
