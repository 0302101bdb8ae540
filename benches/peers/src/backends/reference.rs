//! Backends of ours that store nothing. `core-fmt` formats what the facade hands over;
//! `render-only` makes the whole line of it, with time, level and target. The difference between
//! them and a backend is what the backend's storing costs.

use core::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use tracing::field::{Field, Visit};
use tracing::span;

use super::text::{StackText, push_timestamp};
use super::{Backend, Guard, nothing_to_hold};

pub const LOG_REFERENCES: &[Backend] =
    &[Backend::light("core-fmt", log_core_fmt), Backend::light("render-only", log_render_only)];

pub const TRACING_REFERENCES: &[Backend] = &[
    Backend::light("core-fmt", tracing_core_fmt),
    Backend::light("render-only", tracing_render_only),
];

fn log_core_fmt(_: &Path) -> Guard {
    install_log(Reference(Amount::Message))
}

fn log_render_only(_: &Path) -> Guard {
    install_log(Reference(Amount::Line))
}

fn tracing_core_fmt(_: &Path) -> Guard {
    install_tracing(Reference(Amount::Message))
}

fn tracing_render_only(_: &Path) -> Guard {
    install_tracing(Reference(Amount::Line))
}

fn install_log(reference: Reference) -> Guard {
    log::set_boxed_logger(Box::new(reference)).unwrap();
    log::set_max_level(log::LevelFilter::Info);
    nothing_to_hold()
}

fn install_tracing(reference: Reference) -> Guard {
    tracing::subscriber::set_global_default(reference).unwrap();
    nothing_to_hold()
}

struct Reference(Amount);

#[derive(PartialEq)]
enum Amount {
    Message,
    Line,
}

impl Reference {
    #[inline]
    fn head(&self, text: &mut StackText, level: &str, target: &str) {
        if self.0 == Amount::Line {
            push_timestamp(text);
            text.push_bytes(b" ");
            text.push_bytes(level.as_bytes());
            text.push_bytes(b" ");
            text.push_bytes(target.as_bytes());
            text.push_bytes(b": ");
        }
    }
}

impl log::Log for Reference {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut text = StackText::new();
        self.head(&mut text, record.level().as_str(), record.target());
        let _ = text.write_fmt(*record.args());
        black_box(&text);
    }

    fn flush(&self) {}
}

impl tracing::Subscriber for Reference {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = StackText::new();
        let metadata = event.metadata();
        self.head(&mut text, metadata.level().as_str(), metadata.target());
        event.record(&mut Fields(&mut text));
        black_box(&text);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// The message as it is, and every field as ` key=value`.
struct Fields<'a>(&'a mut StackText);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.key(field);
        self.0.push_bytes(value.as_bytes());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.key(field);
        let _ = write!(self.0, "{value}");
    }

    fn record_debug(&mut self, field: &Field, value: &dyn core::fmt::Debug) {
        self.key(field);
        let _ = write!(self.0, "{value:?}");
    }
}

impl Fields<'_> {
    fn key(&mut self, field: &Field) {
        if field.name() != "message" {
            self.0.push_bytes(b" ");
            self.0.push_bytes(field.name().as_bytes());
            self.0.push_bytes(b"=");
        }
    }
}
