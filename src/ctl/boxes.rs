//! `--file` and `--boot`: programs that are not asked, because they are dead or hang. Their black
//! boxes are read, and answer as the programs would.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use super::call::Call;
use super::exit::{Done, Exit, Trouble};
use super::harmless::Harmless;
use super::verbs::Printer;
use crate::black_box::{
    BlackBoxError, BlackBoxReason, Recording, all, open, path_of_run, runs, usual_path,
};
use crate::control::{Client, Service, View};

/// Whether a box is meant and not a running program.
pub(super) fn is_meant(call: &Call<'_>) -> bool {
    ["file", "boot", "list-boots"].iter().any(|flag| call.given.value(flag).is_some())
}

/// Whoever answers out of the box that is meant.
pub(super) fn client(call: &Call<'_>) -> Result<Client, Trouble> {
    let path = path_of_run(file(call)?, runs_ago(call)?);
    Ok(Client::of(Service::read_only(View::of_recording(read(&path)?))))
}

/// `logs --list-boots`: the runs whose boxes are there, the oldest first.
///
/// ```text
/// BOOT  PID    STARTED              LAST SEEN            END
///   -1  48213  2026-11-21 08:54:10  2026-11-21 09:11:57  was killed
///    0  48377  2026-11-21 09:12:03  2026-11-21 09:26:11  is running
/// ```
pub(super) fn list(call: &Call<'_>) -> Done {
    let file = file(call)?;
    let printer = Printer::short(call);
    let mut text = std::format!("BOOT  {:<6} {:<20} {:<20} END\n", "PID", "STARTED", "LAST SEEN");
    let runs = runs(&file);
    for (back, path) in runs.iter().rev() {
        let line = match open(path) {
            Ok(recording) => described(&recording, &printer),
            Err(error) => Harmless(&error.reason().to_string()).to_string(),
        };
        let back = if *back > 0 { std::format!("-{back}") } else { String::from("0") };
        text.push_str(&std::format!("{back:>4}  {line}\n"));
    }
    if runs.is_empty() {
        return Err(missing(&file));
    }
    call.show(&text).map(|()| Exit::Ok)
}

fn described(recording: &Recording, printer: &Printer) -> String {
    let time = |wall_ns| printer.moment_of(wall_ns);
    let (started, last) = (time(recording.started_ns()), time(recording.last_seen().wall_ns));
    let end = recording.end().to_string();
    std::format!("{:<6} {started:<20} {last:<20} {}", recording.pid(), Harmless(&end))
}

fn read(path: &Path) -> Result<Recording, Trouble> {
    open(path).map_err(|error| match error.reason() {
        BlackBoxReason::Io(cause) if cause.kind() == ErrorKind::NotFound => missing(path),
        _ => error.into(),
    })
}

fn missing(path: &Path) -> Trouble {
    let text = std::format!(
        "there is no black box {}; a program has one that was built with `black_box`, and what is \
         kept elsewhere is named with --file PATH",
        path.display()
    );
    Trouble::new(Exit::Unreachable, text)
}

/// The box of the newest run.
fn file(call: &Call<'_>) -> Result<PathBuf, Trouble> {
    if let Some(path) = call.given.value("file") {
        return Ok(path.into());
    }
    if let Some(path) = call.wanted().and_then(|name| usual_path(&name)) {
        return Ok(path);
    }
    let mut found = all();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => {
            Err(Trouble::new(Exit::Unreachable, "there is no black box; name one with --file PATH"))
        }
        _ => {
            let names: Vec<_> = found.iter().filter_map(|path| path.file_stem()).collect();
            let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
            let names = names.join(", ");
            Err(Trouble::usage(std::format!("there are boxes of {names}; name one with -n NAME")))
        }
    }
}

/// How many runs ago the one was that is meant.
fn runs_ago(call: &Call<'_>) -> Result<usize, Trouble> {
    let Some(text) = call.given.value("boot") else { return Ok(0) };
    let back = match text.strip_prefix('-') {
        Some(back) => back.parse().ok(),
        None => text.parse().ok().filter(|back| *back == 0),
    };
    back.ok_or_else(|| {
        let text = std::format!("--boot={text}: it is -1 for the last run, -2 for the one before");
        Trouble::usage(text)
    })
}

impl From<BlackBoxError> for Trouble {
    fn from(error: BlackBoxError) -> Self {
        let exit = match error.reason() {
            BlackBoxReason::Io(cause) if cause.kind() == ErrorKind::PermissionDenied => {
                Exit::NotPermitted
            }
            _ => Exit::Nothing,
        };
        Self::new(exit, error.to_string())
    }
}
