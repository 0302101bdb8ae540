//! What was logged, for tests that ask.

use core::fmt;
use core::fmt::Write;
use std::string::{String, ToString};
use std::vec::Vec;

use parking_lot::Mutex;

use crate::pattern::Pattern;
use crate::record::{Field, Level, Record, Template, Value};
use crate::stream::{Entry, Joiner, Position, RingStream};

/// What was logged since a moment: to a stream, or by one thread to a stream.
///
/// Nothing is copied while a program logs: a capture is a place in the ring, and looks at what is
/// there when it is asked. A test that logs more than the ring holds, or that is pushed out of it
/// by others, is told so.
///
/// ```
/// use log::Log;
/// use ringvisor::RingStream;
/// use ringvisor::sink::Capture;
/// use ringvisor::{assert_logged, assert_not_logged};
///
/// let stream = RingStream::with_bytes(1 << 20)?;
/// let capture = Capture::of(&stream);
/// stream.log(&log::Record::builder().target("db").args(format_args!("stored")).build());
///
/// assert_logged!(capture, "stored");
/// assert_logged!(capture, "INFO db: *");
/// assert_not_logged!(capture, "/^(WARN|ERROR)/");
/// assert_eq!(capture.lines(), ["INFO db: stored"]);
/// # Ok::<(), ringvisor::ring::GeometryError>(())
/// ```
pub struct Capture {
    stream: RingStream,
    /// Only this thread's records; all if `None`.
    thread: Option<u16>,
    start: Mutex<Position>,
}

/// A record as a [`Capture`] shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured {
    /// How bad it is.
    pub level: Level,
    /// What it is about.
    pub target: String,
    /// Its text.
    pub message: String,
    /// Its key-values as text, in the order the caller gave them.
    pub fields: Vec<(String, String)>,
    /// The whole, as patterns see it: `LEVEL target: spans: message key=value`.
    pub line: String,
}

/// What a look into the ring found.
#[derive(Debug, Default)]
struct Found {
    records: Vec<Captured>,
    lost: u64,
}

impl Capture {
    /// Captures what any thread logs to `stream` from now on.
    #[must_use]
    pub fn of(stream: &RingStream) -> Self {
        Self::new(stream, None)
    }

    /// Captures what this thread logs to `stream` from now on.
    #[must_use]
    pub fn of_this_thread(stream: &RingStream) -> Self {
        Self::new(stream, Some(stream.this_thread()))
    }

    fn new(stream: &RingStream, thread: Option<u16>) -> Self {
        // A stream has a first record, and positions that last, once it was asked for a thread.
        let _ = stream.this_thread();
        let start = Mutex::new(stream.cursor_at_end().position());
        Self { stream: stream.clone(), thread, start }
    }

    /// The records so far.
    pub fn records(&self) -> Vec<Captured> {
        self.look().records
    }

    /// The records so far as lines, without times: `INFO db: stored rows=3`.
    pub fn lines(&self) -> Vec<String> {
        self.look().records.into_iter().map(|record| record.line).collect()
    }

    /// Whether a line fits `pattern`, in the grammar of [`Pattern::parse`].
    ///
    /// # Panics
    /// `pattern` is a broken regular expression.
    #[track_caller]
    pub fn contains(&self, pattern: &str) -> bool {
        self.look().contains(&parse(pattern))
    }

    /// Records that were overwritten before this was asked; they may be others' too.
    pub fn lost(&self) -> u64 {
        self.look().lost
    }

    /// Forgets what was captured so far.
    pub fn clear(&self) {
        *self.start.lock() = self.stream.cursor_at_end().position();
    }

    /// Panics, and shows all lines, unless a line fits `pattern`; this is what
    /// [`assert_logged!`](crate::assert_logged) calls.
    ///
    /// # Panics
    /// No line fits.
    #[track_caller]
    pub fn assert_logged(&self, pattern: &str) {
        let found = self.look();
        if !found.contains(&parse(pattern)) {
            panic!("nothing was logged that fits {pattern:?}; {found}");
        }
    }

    /// Panics, and shows all lines, if a line fits `pattern`; this is what
    /// [`assert_not_logged!`](crate::assert_not_logged) calls.
    ///
    /// # Panics
    /// A line fits, or records were lost, so that nobody knows.
    #[track_caller]
    pub fn assert_not_logged(&self, pattern: &str) {
        let found = self.look();
        if found.contains(&parse(pattern)) {
            panic!("something was logged that fits {pattern:?}; {found}");
        }
        if found.lost > 0 {
            panic!("it is not known whether anything was logged that fits {pattern:?}; {found}");
        }
    }

    fn look(&self) -> Found {
        let start = self.start.lock().clone();
        let mut found = Found::default();
        let Some(cursor) = self.stream.cursor_from(&start) else { return found };
        // It ends where the stream ends now, also while other threads go on logging.
        let mut cursor = cursor.end_here();
        let mut joiner = Joiner::default();
        while let Some(entry) = joiner.next_to_end(&mut cursor) {
            match entry {
                Entry::Lost(lost) => found.lost += lost,
                Entry::Record(record) if self.selects(&record) => {
                    found.records.push(Captured::new(&record));
                }
                Entry::Record(_) => {}
            }
        }
        found
    }

    fn selects(&self, record: &Record<'_>) -> bool {
        self.thread.is_none_or(|thread| thread == record.thread)
    }
}

#[track_caller]
fn parse(pattern: &str) -> Pattern {
    Pattern::parse(pattern).unwrap_or_else(|error| panic!("{error}"))
}

impl Captured {
    fn new(record: &Record<'_>) -> Self {
        let field = |field: Field<'_>| (field.key.to_string(), text(field.value));
        Self {
            level: record.level,
            target: record.target.to_string(),
            message: record.message.to_string(),
            fields: record.fields.map(field).collect(),
            line: line(record),
        }
    }

    /// The value of the field `key` as text.
    pub fn field(&self, key: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(name, _)| name == key);
        field.map(|(_, value)| value.as_str())
    }
}

fn text(value: Value<'_>) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::I128(value) => value.to_string(),
        Value::U128(value) => value.to_string(),
        Value::F64(value) => value.to_string(),
        Value::Str(value) | Value::Debug(value) => value.to_string(),
        Value::Bytes(bytes) => bytes.iter().map(|byte| std::format!("{byte:02x}")).collect(),
        Value::Error(chain) => chain.collect::<Vec<_>>().join(": "),
    }
}

/// Not to be parsed for every record, a template has no constant form.
fn line(record: &Record<'_>) -> String {
    let spans = if record.spans.is_empty() { "" } else { "{spans}: " };
    let fields = if record.fields.is_empty() { "" } else { " {fields}" };
    let text = std::format!("{{level}} {{target}}: {spans}{{message}}{fields}");
    let mut line = String::new();
    if let Ok(mut template) = text.parse::<Template>() {
        // A `String` takes everything.
        let _ = template.render(record, &mut line);
    }
    line
}

impl Found {
    fn contains(&self, pattern: &Pattern) -> bool {
        self.records.iter().any(|record| pattern.matches(&record.line))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.records.len() {
            0 => f.write_str("nothing was logged at all")?,
            1 => f.write_str("this was logged:")?,
            count => write!(f, "these {count} records were logged:")?,
        }
        for record in &self.records {
            write!(f, "\n    {}", record.line)?;
        }
        if self.lost > 0 {
            write!(f, "\n-- {} records lost: the stream is too small for this test --", self.lost)?;
        }
        f.write_char('\n')
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("lines", &self.lines()).finish_non_exhaustive()
    }
}

/// Asserts that a line of a [`Capture`](crate::sink::Capture) fits a pattern.
///
/// ```
/// let logged = ringvisor::test::capture();
/// log::info!(target: "orders", "stored");
/// ringvisor::assert_logged!(logged, "INFO orders: stored");
/// ```
#[macro_export]
macro_rules! assert_logged {
    ($capture:expr, $pattern:expr $(,)?) => {
        $capture.assert_logged($pattern)
    };
}

/// Asserts that no line of a [`Capture`](crate::sink::Capture) fits a pattern.
///
/// ```
/// let logged = ringvisor::test::capture();
/// log::info!(target: "orders", "stored");
/// ringvisor::assert_not_logged!(logged, "ERROR");
/// ```
#[macro_export]
macro_rules! assert_not_logged {
    ($capture:expr, $pattern:expr $(,)?) => {
        $capture.assert_not_logged($pattern)
    };
}
