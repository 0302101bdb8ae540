//! Backends that refuse the event: by the most verbose level they take at all, or by the level of
//! its target while another target is more verbose, so that the facade's own check lets it pass.

use std::io;
use std::path::Path;

use log::LevelFilter;
use tracing::Level;
use tracing_subscriber::EnvFilter;

use super::{Backend, Guard, nothing_to_hold};

/// Our own events come from a target that only `warn` applies to.
pub const FILTER: &str = "warn,foo=info,bar=debug";

/// The check that the facade's macro makes before it asks any backend.
pub const LOG_MAX: &[Backend] = &[Backend::light("facade", log_facade)];

pub const LOG_TARGET: &[Backend] = &[
    Backend::light("facade", log_facade),
    Backend::light("env_logger", log_env_logger),
    Backend::light("flexi_logger", log_flexi),
];

pub const TRACING_TARGET: &[Backend] =
    &[Backend::light("facade", tracing_facade), Backend::light("env-filter", tracing_env_filter)];

fn log_facade(_: &Path) -> Guard {
    log::set_max_level(LevelFilter::Off);
    nothing_to_hold()
}

fn log_env_logger(_: &Path) -> Guard {
    env_logger::Builder::new()
        .parse_filters(FILTER)
        .target(env_logger::Target::Pipe(Box::new(io::sink())))
        .init();
    nothing_to_hold()
}

fn log_flexi(dir: &Path) -> Guard {
    let file = flexi_logger::FileSpec::default().directory(dir).basename("out");
    let logger = flexi_logger::Logger::try_with_str(FILTER).unwrap().log_to_file(file);
    Box::new(logger.start().unwrap())
}

fn tracing_facade(_: &Path) -> Guard {
    tracing_subscriber::fmt().with_max_level(Level::WARN).with_writer(io::sink).init();
    nothing_to_hold()
}

fn tracing_env_filter(_: &Path) -> Guard {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new(FILTER)).with_writer(io::sink).init();
    nothing_to_hold()
}
