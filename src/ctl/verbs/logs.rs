//! `logs`: all that is there, what matches, or as it comes.
//!
//! Records come over as JSON, so that each form here is made of the same data, and each page says
//! where the next one begins.

mod ask;
mod form;
mod line;
mod pages;

use std::io::Write;
use std::string::String;
use std::vec::Vec;

use crate::control::api::{Envelope, Ring};
use crate::ctl::boxes;
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::follow;
use crate::ctl::harmless::Harmless;

pub(in crate::ctl) use ask::Ask;
pub(in crate::ctl) use form::Printer;
pub(in crate::ctl) use pages::Pages;

pub(in crate::ctl) fn logs(call: &Call<'_>) -> Done {
    let ask = Ask::of(call)?;
    let printer = Printer::of(call)?;
    if call.given.flag("list-boots") {
        return boxes::list(call);
    }
    let follows = call.given.flag("follow") || call.given.flag("follow-name");
    if follows && boxes::is_meant(call) {
        let text =
            "a black box is read as it is; to follow the program leave --file and --boot out";
        return Err(Trouble::usage(text));
    }
    if follows {
        return follow::follow(call, &ask, printer);
    }
    show(call, ask, printer)
}

fn show(call: &Call<'_>, ask: Ask, mut printer: Printer) -> Done {
    let client = call.client()?;
    let mut pages = Pages::new(&client, ask);
    let mut output = call.output(call.given.flag("pager-end"));
    let (mut kept, mut lines) = (Vec::new(), String::new());
    while let Some(page) = pages.next_page()? {
        printer.name.clone_from(&pages.program.name);
        if call.given.flag("reverse") {
            kept.extend(page.records);
            continue;
        }
        if page.lost > 0 {
            printer.lost(page.lost, &mut lines);
        }
        page.records.iter().for_each(|record| printer.record(record.get(), &mut lines));
        output.write_all(lines.as_bytes())?;
        lines.clear();
    }
    for record in kept.iter().rev() {
        printer.record(record.get(), &mut lines);
    }
    output.write_all(lines.as_bytes())?;
    output.finish()?;
    if call.given.flag("show-cursor") {
        call.remark(&std::format!("-- cursor: {} --", pages.position))?;
    }
    let count = pages.count;
    let ring: Envelope<Ring> = client.get("/v1/ring")?;
    call.remark(&summary(count, &ring, &printer))?;
    Ok(if count > 0 { Exit::Ok } else { Exit::Nothing })
}

/// `-- 3 matching records, ring holds since 09:14:40 --`.
fn summary(count: u64, ring: &Envelope<Ring>, printer: &Printer) -> String {
    let s = if count == 1 { "" } else { "s" };
    let since = match &ring.data.oldest {
        Some(oldest) => std::format!("ring holds since {}", printer.time(oldest)),
        None => String::from("ring is empty"),
    };
    std::format!("-- {count} matching record{s}, {} --", Harmless(&since))
}

/// A failure of the program's, or of ours to understand it.
fn misunderstood(error: &serde_json::Error) -> Trouble {
    Trouble::new(Exit::Nothing, std::format!("the answer cannot be understood: {error}"))
}
