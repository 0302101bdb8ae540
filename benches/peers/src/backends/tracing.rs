//! Peers behind the `tracing` facade, and the same ones fed by `log` through tracing-log.

use std::fs::File;
use std::io;
use std::path::Path;

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use super::{Backend, Guard, nothing_to_hold};

pub const TRACING: &[Backend] =
    &[Backend::heavy("tracing-appender", to_appender), Backend::light("fmt-sink", to_sink)];

/// A queue of 128,000 lines in front of a file; what finds it full is dropped, the default.
fn to_appender(dir: &Path) -> Guard {
    let file = File::create(dir.join("out.log")).unwrap();
    let (writer, worker) = tracing_appender::non_blocking(file);
    tracing::subscriber::set_global_default(fmt(writer)).unwrap();
    Box::new(worker)
}

/// Formats each line and gives it to a writer that drops it.
fn to_sink(_: &Path) -> Guard {
    tracing::subscriber::set_global_default(fmt(io::sink)).unwrap();
    nothing_to_hold()
}

pub fn log_to_appender(dir: &Path) -> Guard {
    forward_log();
    to_appender(dir)
}

/// The same, but whoever finds the queue full waits.
pub fn log_to_blocking_appender(dir: &Path) -> Guard {
    forward_log();
    let file = File::create(dir.join("out.log")).unwrap();
    let builder = tracing_appender::non_blocking::NonBlockingBuilder::default();
    let (writer, worker) = builder.lossy(false).finish(file);
    tracing::subscriber::set_global_default(fmt(writer)).unwrap();
    Box::new(worker)
}

pub fn log_to_sink(dir: &Path) -> Guard {
    forward_log();
    to_sink(dir)
}

fn forward_log() {
    tracing_log::LogTracer::builder().with_max_level(log::LevelFilter::Info).init().unwrap();
}

fn fmt<W>(writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(Level::INFO)
        .with_writer(writer)
        .finish()
}
