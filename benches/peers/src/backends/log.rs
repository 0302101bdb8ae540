//! Peers behind the `log` facade. Each is set up as its documentation advises for speed, writes
//! time (microseconds where it can), level, target and message, and takes INFO and above.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use log::LevelFilter::Info;

use super::{Backend, Guard, nothing_to_hold};

pub const LOG: &[Backend] = &[
    Backend::light("spdlog-rs", spdlog_file),
    Backend::heavy("spdlog-rs-async", spdlog_async),
    Backend::light("slog-async", slog_async_dropping),
    Backend::heavy("slog-async-block", slog_async_blocking),
    Backend::heavy("logforth", logforth_file),
    Backend::heavy("logforth-async", logforth_async),
    Backend::light("ftlog", ftlog_default),
    Backend::heavy("flexi_logger", flexi_direct),
    Backend::heavy("flexi_logger-buffered", flexi_buffered),
    Backend::heavy("flexi_logger-async", flexi_async),
    Backend::light("fern", fern_file),
    Backend::heavy("log4rs", log4rs_file),
    Backend::light("fast_log", fast_log_file),
    Backend::light("env_logger", env_logger_sink),
    Backend::light("tui-logger", tui),
    Backend::heavy("captains-log", captains_ring),
    Backend::light("simplelog", simplelog_buffered),
    Backend::heavy("tracing-appender", super::tracing::log_to_appender),
    Backend::light("tracing-fmt-sink", super::tracing::log_to_sink),
];

const BUFFER: usize = 64 << 10;

fn file(dir: &Path) -> File {
    File::create(dir.join("out.log")).unwrap()
}

fn spdlog_file(dir: &Path) -> Guard {
    spdlog(spdlog_sink(dir))
}

/// Waits when its queue is full, the default.
fn spdlog_async(dir: &Path) -> Guard {
    let pool = Arc::new(spdlog::ThreadPool::builder().build().unwrap());
    let sink = spdlog::sink::AsyncPoolSink::builder()
        .thread_pool(pool)
        .overflow_policy(spdlog::sink::OverflowPolicy::Block)
        .sink(spdlog_sink(dir))
        .build();
    spdlog(Arc::new(sink.unwrap()))
}

fn spdlog_sink(dir: &Path) -> Arc<spdlog::sink::FileSink> {
    Arc::new(spdlog::sink::FileSink::builder().path(dir.join("out.log")).build().unwrap())
}

fn spdlog(sink: Arc<dyn spdlog::sink::Sink>) -> Guard {
    let logger = Arc::new(spdlog::Logger::builder().sink(sink).build().unwrap());
    spdlog::init_log_crate_proxy().unwrap();
    spdlog::log_crate_proxy().set_logger(Some(logger));
    log::set_max_level(Info);
    nothing_to_hold()
}

/// 128 places, the default; what finds them taken is dropped and counted.
fn slog_async_dropping(dir: &Path) -> Guard {
    slog(slog_async::Async::new(slog_drain(dir)))
}

fn slog_async_blocking(dir: &Path) -> Guard {
    let drain = slog_async::Async::new(slog_drain(dir));
    slog(drain.chan_size(128_000).overflow_strategy(slog_async::OverflowStrategy::Block))
}

type SlogDrain = slog::Fuse<slog_term::FullFormat<slog_term::PlainSyncDecorator<BufWriter<File>>>>;

fn slog_drain(dir: &Path) -> SlogDrain {
    let writer = BufWriter::with_capacity(BUFFER, file(dir));
    let format = slog_term::FullFormat::new(slog_term::PlainSyncDecorator::new(writer));
    slog::Drain::fuse(format.use_utc_timestamp().build())
}

fn slog(builder: slog_async::AsyncBuilder<SlogDrain>) -> Guard {
    let (drain, queue) = builder.build_with_guard();
    let root = slog::Logger::root(slog::Drain::fuse(drain), slog::o!());
    let scope = slog_scope::set_global_logger(root);
    slog_stdlog::init_with_level(log::Level::Info).unwrap();
    Box::new((queue, scope))
}

fn logforth_file(dir: &Path) -> Guard {
    let file = logforth_appender(dir);
    logforth::starter_log::builder().dispatch(|dispatch| dispatch.append(file)).apply();
    log::set_max_level(Info);
    nothing_to_hold()
}

/// The queue has no bound, the default.
fn logforth_async(dir: &Path) -> Guard {
    let file = logforth_appender(dir);
    let queue = logforth::append::asynchronous::AsyncBuilder::new("bench").append(file).build();
    logforth::starter_log::builder().dispatch(|dispatch| dispatch.append(queue)).apply();
    log::set_max_level(Info);
    nothing_to_hold()
}

fn logforth_appender(dir: &Path) -> logforth::append::File {
    let layout =
        logforth::layout::TextLayout::default().no_color().timezone(jiff::tz::TimeZone::UTC);
    let builder = logforth::append::file::FileBuilder::new(dir, "out");
    builder.filename_suffix("log").layout(layout).build().unwrap()
}

/// A queue of 100,000; what finds it full is dropped, the default.
fn ftlog_default(dir: &Path) -> Guard {
    let format = "[year]-[month]-[day] [hour]:[minute]:[second].[subsecond digits:6]";
    let format = time::format_description::parse_owned::<1>(format).unwrap();
    let file = ftlog::appender::FileAppender::builder().path(dir.join("out.log")).build();
    let builder = ftlog::builder().max_log_level(Info).time_format(format).utc().root(file);
    Box::new(builder.try_init().unwrap())
}

fn flexi_direct(dir: &Path) -> Guard {
    flexi(dir, flexi_logger::WriteMode::Direct)
}

fn flexi_buffered(dir: &Path) -> Guard {
    flexi(dir, flexi_logger::WriteMode::BufferAndFlush)
}

pub fn flexi_async(dir: &Path) -> Guard {
    flexi(dir, flexi_logger::WriteMode::Async)
}

fn flexi(dir: &Path, mode: flexi_logger::WriteMode) -> Guard {
    let file = flexi_logger::FileSpec::default().directory(dir).basename("out");
    let logger = flexi_logger::Logger::try_with_str("info").unwrap().log_to_file(file);
    Box::new(logger.format(flexi_line).use_utc().write_mode(mode).start().unwrap())
}

fn flexi_line(
    out: &mut dyn io::Write,
    now: &mut flexi_logger::DeferredNow,
    record: &log::Record<'_>,
) -> io::Result<()> {
    let now = now.format(flexi_logger::TS_DASHES_BLANK_COLONS_DOT_BLANK);
    write!(out, "{now} {} {}: {}", record.level(), record.target(), record.args())
}

fn fern_file(dir: &Path) -> Guard {
    fern::Dispatch::new()
        .format(|out, message, record| {
            let now = humantime::format_rfc3339_micros(SystemTime::now());
            out.finish(format_args!("{now} {} {}: {message}", record.level(), record.target()))
        })
        .level(Info)
        .chain(fern::log_file(dir.join("out.log")).unwrap())
        .apply()
        .unwrap();
    nothing_to_hold()
}

fn log4rs_file(dir: &Path) -> Guard {
    use log4rs::config::{Appender, Config, Root};
    let line = "{d(%Y-%m-%dT%H:%M:%S%.6f)(utc)} {l} {t}: {m}{n}";
    let encoder = Box::new(log4rs::encode::pattern::PatternEncoder::new(line));
    let appender = log4rs::append::file::FileAppender::builder().encoder(encoder);
    let appender = Box::new(appender.build(dir.join("out.log")).unwrap());
    let config = Config::builder().appender(Appender::builder().build("file", appender));
    let config = config.build(Root::builder().appender("file").build(Info)).unwrap();
    Box::new(log4rs::init_config(config).unwrap())
}

/// The queue has no bound, the default.
fn fast_log_file(dir: &Path) -> Guard {
    let path = dir.join("out.log");
    let config = fast_log::Config::new().file(path.to_str().unwrap()).level(Info);
    fast_log::init(config).unwrap();
    nothing_to_hold()
}

/// No file at all: it formats each line and gives it to a writer that drops it.
fn env_logger_sink(_: &Path) -> Guard {
    env_logger::Builder::new()
        .filter_level(Info)
        .write_style(env_logger::WriteStyle::Never)
        .format_timestamp_micros()
        .target(env_logger::Target::Pipe(Box::new(io::sink())))
        .init();
    nothing_to_hold()
}

/// Memory only: events behind a lock, moved on every 10 ms by a thread. Nothing draws them here.
fn tui(_: &Path) -> Guard {
    tui_logger::init_logger(Info).unwrap();
    tui_logger::set_default_level(Info);
    nothing_to_hold()
}

/// Memory only: its ring, written by a thread that empties an unbounded queue.
fn captains_ring(dir: &Path) -> Guard {
    let level = log::Level::Info;
    let recipe = captains_log::recipe::ring_file(dir.join("dump"), 1 << 20, level, libc::SIGUSR2);
    recipe.build().unwrap();
    nothing_to_hold()
}

fn simplelog_buffered(dir: &Path) -> Guard {
    let config = simplelog::ConfigBuilder::new()
        .set_time_format_rfc3339()
        .set_target_level(simplelog::LevelFilter::Error)
        .build();
    let writer = BufWriter::with_capacity(BUFFER, file(dir));
    simplelog::WriteLogger::init(Info, config, writer).unwrap();
    nothing_to_hold()
}
