//! `is-active` and `is-failed`: an answer for scripts, as the exit code.

use std::string::String;

use super::status::is_up;
use crate::control::api::Task;
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit};

/// 0 if all of them are, else 3.
pub(in crate::ctl) fn is_active(call: &Call<'_>) -> Done {
    let all = tell(call)?.into_iter().all(|task| is_up(&task));
    Ok(if all { Exit::Ok } else { Exit::NotActive })
}

/// 0 if one of them has, else 1.
pub(in crate::ctl) fn is_failed(call: &Call<'_>) -> Done {
    let is_failed = |task: Task| matches!(&*task.condition, "failed" | "dead" | "backoff");
    let any = tell(call)?.into_iter().any(is_failed);
    Ok(if any { Exit::Ok } else { Exit::Nothing })
}

/// Says in a word how each of them is.
fn tell(call: &Call<'_>) -> Result<std::vec::Vec<Task>, crate::ctl::exit::Trouble> {
    let tasks = call.tasks(&call.client()?, &call.given.operands)?;
    if !call.is_quiet() {
        let words: String = tasks.iter().map(|task| std::format!("{}\n", task.condition)).collect();
        call.show(&words)?;
    }
    Ok(tasks)
}
