//! `ps`: tasks in a table, and how many there are beside them.

use std::string::String;
use std::vec::Vec;

use serde_json::Value;

use crate::control::Ask;
use crate::control::api::{Envelope, Health};
use crate::ctl::call::{Call, select};
use crate::ctl::exit::{Done, Exit, Trouble};

/// How many tasks a page of the server's holds.
const PAGE: usize = 1_000;

pub(in crate::ctl) fn ps(call: &Call<'_>) -> Done {
    let sort = call.given.value("sort");
    let ask = select(Ask::path(&["v1", "tasks"]), &call.given.operands);
    let ask = ask.some("sort", sort).query("limit", PAGE);
    if call.wants_json()? {
        return in_json(call, &ask);
    }
    let client = call.client()?;
    let (mut text, mut after, mut is_first) = (String::new(), None::<String>, true);
    loop {
        let ask = ask.clone().some("after", after.as_ref());
        let page = client.text(call.looking(ask.clone()).query("view", "table"))?;
        // Later pages have the same head, which need not be seen twice.
        let rest = page.split_once('\n').map_or("", |(_, rest)| rest);
        text.push_str(if is_first { &page } else { rest });
        is_first = false;
        if rest.lines().count() < PAGE {
            break;
        }
        after = client.get::<Vec<Value>>(ask)?.next;
        if after.is_none() {
            break;
        }
    }
    if call.given.operands.is_empty() {
        let health: Envelope<Health> = client.get("/v1/status")?;
        text.push_str(&others(health.data.runtime.map_or(0, |runtime| runtime.unsupervised)));
    }
    call.show(&text)?;
    if sort.is_some() && after.is_some() {
        call.remark("sorted are pages of 1000 tasks each, not all of them together")?;
    }
    Ok(Exit::Ok)
}

fn others(count: u64) -> String {
    let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
    if count == 0 {
        return String::new();
    }
    std::format!(
        "{count} more task{s} of this runtime {are} not supervised (spawned with tokio::spawn).\n"
    )
}

/// All pages in one envelope.
fn in_json(call: &Call<'_>, ask: &Ask) -> Result<Exit, Trouble> {
    let client = call.client()?;
    let mut all: Envelope<Vec<Value>> = client.get(ask.clone())?;
    while let Some(after) = all.next.take() {
        let page: Envelope<Vec<Value>> = client.get(ask.clone().query("after", after))?;
        all.data.extend(page.data);
        all.next = page.next;
    }
    call.show_json(&all).map(|()| Exit::Ok)
}
