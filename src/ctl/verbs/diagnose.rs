//! `diagnose`: what somebody should look at, in words; 1 if there is something.

use core::fmt::Write;
use std::string::String;
use std::vec::Vec;

use crate::control::Ask;
use crate::control::api::{Envelope, Finding};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit};
use crate::ctl::harmless::Harmless;

pub(in crate::ctl) fn diagnose(call: &Call<'_>) -> Done {
    let answer: Envelope<Vec<Finding>> = call.client()?.get(Ask::path(&["v1", "diagnose"]))?;
    if call.wants_json()? {
        call.show_json(&answer)?;
    } else {
        let mut text = String::new();
        // Writing to a string does not fail.
        _ = describe(call.command, &answer.data, &mut text);
        call.show(&text)?;
    }
    Ok(if answer.data.is_empty() { Exit::Ok } else { Exit::Nothing })
}

fn describe(command: &str, findings: &[Finding], out: &mut String) -> core::fmt::Result {
    let s = if findings.len() == 1 { "" } else { "s" };
    writeln!(out, "{} finding{s}", findings.len())?;
    for (at, Finding { task, text, evidence }) in (1..).zip(findings) {
        writeln!(out, "{at:>2} {}: {}.", Harmless(task), Harmless(text))?;
        writeln!(out, "   Evidence: {command} {}", Harmless(evidence))?;
    }
    Ok(())
}
