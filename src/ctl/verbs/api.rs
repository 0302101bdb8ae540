//! `api`: any path of the API, as it is answered.

use std::io::Write;
use std::string::String;

use crate::control::Ask;
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit};
use crate::ctl::output::Output;

pub(in crate::ctl) fn api(call: &Call<'_>) -> Done {
    let path = call.given.operands.first().map_or("/v1", String::as_str);
    let mut ask = Ask::from(path);
    if let Some(data) = call.given.value("data") {
        ask = ask.body(data);
    }
    let mut incoming = call.client()?.open(&ask)?;
    let mut output = Output::plain();
    while let Some(piece) = incoming.piece()? {
        output.write_all(&piece)?;
        // What follows may take its time.
        output.flush()?;
    }
    Ok(Exit::Ok)
}
