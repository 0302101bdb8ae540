//! `ring`: the log as a whole.

use core::fmt::Write;
use std::string::String;

use crate::control::Ask;
use crate::control::api::{Envelope, Ring};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit};

pub(in crate::ctl) fn ring(call: &Call<'_>) -> Done {
    let ask = Ask::path(&["v1", "ring"]);
    if call.wants_json()? {
        return call.pass(ask);
    }
    let answer: Envelope<Ring> = call.client()?.get(ask)?;
    let mut text = String::new();
    // Writing to a string does not fail.
    _ = describe(&answer.data, &mut text);
    call.show(&text).map(|()| Exit::Ok)
}

fn describe(ring: &Ring, out: &mut String) -> core::fmt::Result {
    let mib = ring.bytes as f64 / f64::from(1 << 20);
    writeln!(out, "     Size: {mib:.1} MiB, {}% full", ring.percent())?;
    writeln!(out, "  Written: {} records", ring.written)?;
    if let Some(oldest) = &ring.oldest {
        writeln!(out, "   Oldest: {oldest}")?;
    }
    writeln!(out, "   Levels: up to {}", ring.max_level)?;
    writeln!(out, "  Refused: {}", ring.rejected)?;
    writeln!(out, "      Cut: {}", ring.truncated)?;
    writeln!(out, "  Strings: {} did not fit", ring.strings_refused)?;
    writeln!(out, " Position: {}", ring.position)
}
