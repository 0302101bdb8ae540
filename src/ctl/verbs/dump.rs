//! `dump`: everything into one file, as JSON lines.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::string::String;

use crate::control::Ask;
use crate::control::api::{Envelope, Program};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::progress::Counter;

pub(in crate::ctl) fn dump(call: &Call<'_>) -> Done {
    let client = call.client()?;
    let mut incoming = client.open(&Ask::path(&["v1", "dump"]))?;
    let is_file = call.given.value("output") != Some("-");
    let (mut out, name): (std::boxed::Box<dyn Write>, _) = if is_file {
        let name = match call.given.value("output") {
            Some(name) => String::from(name),
            None => usual_name(&client.get::<Program>("/v1")?),
        };
        (std::boxed::Box::new(BufWriter::new(create(&name)?)), name)
    } else {
        (std::boxed::Box::new(io::stdout()), String::new())
    };
    let (mut bytes, mut counter) = (0, Counter::new());
    while let Some(piece) = incoming.piece()? {
        out.write_all(&piece)?;
        bytes += piece.len() as u64;
        counter.at(bytes);
    }
    out.flush()?;
    counter.end();
    if is_file {
        call.remark(&std::format!("{name}: {bytes} bytes"))?;
    }
    Ok(Exit::Ok)
}

/// `demo-48213-2026-11-21T09-30-02.jsonl`.
fn usual_name(answer: &Envelope<Program>) -> String {
    let Program { name, pid, now, .. } = &answer.program;
    let second: String = now.chars().take(19).map(|c| if c == ':' { '-' } else { c }).collect();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    std::format!("{name}-{pid}-{second}.jsonl")
}

/// A file that only its user can read, because logs may hold what is nobody's business. One that is
/// there is not overwritten.
fn create(name: &str) -> Result<File, Trouble> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(name);
    created
        .map_err(|error| Trouble::new(Exit::Nothing, std::format!("cannot write {name}: {error}")))
}
