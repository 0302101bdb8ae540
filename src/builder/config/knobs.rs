//! What can be turned, as data: a key, a variable, and what they do to a builder.

use core::fmt::Display;
use core::net::SocketAddr;
use core::str::FromStr;
use std::string::{String, ToString};

use crate::builder::Builder;
use crate::record::{LevelFilter, Template};
use crate::sink::{ColorChoice, File, Keep, Schedule};
use crate::stream::Format;
use crate::stream::filter::Directives;

/// One thing that an operator can want to be otherwise.
pub(super) struct Knob {
    /// In the file: `ring.bytes`.
    pub(super) key: &'static str,
    /// In the environment; none where others read that.
    pub(super) variable: Option<&'static str>,
    pub(super) turn: Turn,
}

/// What a text does to a builder, or why it makes no sense.
type Turn = fn(Builder, &str) -> Result<Builder, String>;

/// In this order; what a file is to be like comes behind its path.
pub(super) const KNOBS: &[Knob] = &[
    knob("ring.levels", None, |builder, text| Ok(builder.levels(parsed::<Directives>(text)?))),
    knob("ring.bytes", Some("RINGVISOR_RING_BYTES"), |builder, text| {
        let bytes = size(text)?;
        Ok(builder.bytes(bytes.try_into().map_err(|_| "that is more than can be".to_string())?))
    }),
    knob("ring.shards", Some("RINGVISOR_RING_SHARDS"), |builder, text| {
        Ok(builder.shards(parsed(text)?))
    }),
    knob("stderr.levels", None, |mut builder, text| {
        builder.stderr = unless_off(builder.stderr, text)?;
        Ok(builder)
    }),
    knob("stdout.levels", None, |mut builder, text| {
        builder.stdout = unless_off(builder.stdout, text)?;
        Ok(builder)
    }),
    knob("lines.format", Some("RINGVISOR_FORMAT"), |builder, text| {
        Ok(builder.format(format(text)?))
    }),
    knob("lines.color", Some("RINGVISOR_COLOR"), |builder, text| Ok(builder.color(color(text)?))),
    knob("file.path", Some("RINGVISOR_FILE"), |mut builder, text| {
        builder.operator.file = Some(File::new(text));
        Ok(builder)
    }),
    knob("file.levels", Some("RINGVISOR_FILE_LEVELS"), |builder, text| {
        let levels = parsed::<Directives>(text)?;
        of_file(builder, |file| file.levels(levels))
    }),
    knob("file.format", Some("RINGVISOR_FILE_FORMAT"), |builder, text| {
        let format = format(text)?;
        of_file(builder, |file| file.format(format))
    }),
    knob("file.max_bytes", Some("RINGVISOR_FILE_MAX_BYTES"), |builder, text| {
        let bytes = size(text)?;
        of_file(builder, |file| file.max_bytes(bytes))
    }),
    knob("file.schedule", Some("RINGVISOR_FILE_SCHEDULE"), |builder, text| {
        let schedule = parsed::<Schedule>(text)?;
        of_file(builder, |file| file.schedule(schedule))
    }),
    knob("file.keep", Some("RINGVISOR_FILE_KEEP"), |builder, text| {
        let keep = Keep::files(parsed(text)?);
        of_file(builder, |file| file.keep(keep))
    }),
    knob(
        "black_box.path",
        Some("RINGVISOR_BLACK_BOX"),
        |builder, text| Ok(builder.black_box(text)),
    ),
    knob("control.socket", None, |mut builder, text| {
        builder.control.place = Some(text.into());
        Ok(builder)
    }),
    knob("control.tcp", Some("RINGVISOR_TCP"), |builder, text| {
        Ok(builder.control_tcp(parsed::<SocketAddr>(text)?))
    }),
    knob("control.read_only", Some("RINGVISOR_READ_ONLY"), |builder, text| {
        // What the program has closed stays closed.
        Ok(if parsed(text)? { builder.control_read_only() } else { builder })
    }),
    knob("dump.directory", Some("RINGVISOR_DUMP"), |builder, text| {
        Ok(builder.dump_on_sigusr1(text))
    }),
];

const fn knob(key: &'static str, variable: Option<&'static str>, turn: Turn) -> Knob {
    Knob { key, variable, turn }
}

fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| std::format!("{text:?}: {error}"))
}

/// These levels, unless the program keeps that output clean.
fn unless_off(own: Directives, text: &str) -> Result<Directives, String> {
    let levels = parsed(text)?;
    Ok(if own.max_level() == LevelFilter::Off { own } else { levels })
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        _ if text.contains(['{', '%']) => Ok(Format::Template(parsed::<Template>(text)?)),
        _ => Err(std::format!("{text:?}: it is text, json, or a template such as {{msg}}")),
    }
}

fn color(text: &str) -> Result<ColorChoice, String> {
    match text {
        "auto" => Ok(ColorChoice::Auto),
        "always" => Ok(ColorChoice::Always),
        "never" => Ok(ColorChoice::Never),
        _ => Err(std::format!("{text:?}: it is auto, always or never")),
    }
}

/// Goes on describing the operator's file.
fn of_file(mut builder: Builder, more: impl FnOnce(File) -> File) -> Result<Builder, String> {
    let file = builder.operator.file.take();
    let file = file.ok_or_else(|| "it needs file.path, or RINGVISOR_FILE".to_string())?;
    builder.operator.file = Some(more(file));
    Ok(builder)
}

/// `8 MiB`, `100MB` or a number of bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let scale = match unit.trim() {
        "" | "B" => Some(1),
        "kB" | "KB" => Some(1_000),
        "KiB" => Some(1 << 10),
        "MB" => Some(1_000_000),
        "MiB" => Some(1 << 20),
        "GB" => Some(1_000_000_000),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let bytes = number.parse::<u64>().ok().zip(scale).and_then(|(n, scale)| n.checked_mul(scale));
    bytes.ok_or_else(|| std::format!("{text:?}: it takes a size such as 8 MiB"))
}
