//! From a stream to an output, by two threads.

use core::time::Duration;
use std::io;
use std::string::String;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};
use std::vec::Vec;

use super::flood::{Flood, Gate};
use super::formats::{Formats, Renderers};
use super::handoff::Handoff;
use super::lanes::{Inlet, LaneIn, Lanes, Outlet};
use super::reading::{Lines, Reading};
use super::route::{OWN, Route, Router, Table};
use super::writer::{Drain, Plain, Writer};
use super::{Output, Sink};
use crate::record::{LevelFilter, Record, Style};
use crate::stream::RingStream;
use crate::stream::filter::Directives;

/// Moves lines from a stream to an [`Output`].
///
/// ```
/// use core::time::Duration;
/// use std::io;
/// use std::sync::mpsc::{Sender, channel};
/// use log::Log;
/// use ringvisor::RingStream;
/// use ringvisor::sink::{Output, Pump};
///
/// struct Channel(Sender<String>);
///
/// impl Output for Channel {
///     fn write(&mut self, lines: &[u8]) -> io::Result<()> {
///         self.0.send(String::from_utf8_lossy(lines).into()).map_err(io::Error::other)
///     }
/// }
///
/// let stream = RingStream::with_bytes(1 << 20)?;
/// let (lines, received) = channel();
/// let template: ringvisor::record::Template = "{level} {message}".parse()?;
/// let sink = Pump::new("channel").format(template).start(&stream, Channel(lines))?;
///
/// stream.log(&log::Record::builder().args(format_args!("stored")).build());
/// assert!(sink.flush(Duration::from_secs(5)));
/// assert_eq!(received.recv()?, "INFO stored\n");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is written before it is started"]
pub struct Pump {
    name: String,
    program: String,
    levels: Directives,
    formats: Formats,
    style: Option<Style>,
    lanes: Lanes,
    flood: Option<Flood>,
    patience: Option<Duration>,
}

/// What makes lines of records for one who does not wait for them.
#[derive(Debug)]
pub(super) struct Press {
    pub(super) lanes: Lanes,
    pub(super) renderers: Renderers,
    levels: Directives,
    gate: Option<Gate>,
}

impl Press {
    /// Whether a line is to be made of the record.
    pub(super) fn admits(&mut self, record: &Record<'_>) -> bool {
        let is_wanted = record.level <= self.levels.level_for(record.target);
        is_wanted && self.gate.as_mut().is_none_or(|gate| gate.admits(record, &[OWN]))
    }
}

/// How a pump spreads records.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) route: Option<Route>,
    pub(super) table: Table,
}

impl Pump {
    /// A pump of everything, as text; its threads bear the name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            program: String::new(),
            levels: Directives::at(LevelFilter::Trace),
            formats: Formats::default(),
            style: None,
            lanes: Lanes::new(),
            flood: None,
            patience: None,
        }
    }

    /// The program's name in lines of [`Format::Text`](crate::stream::Format::Text); the stream's
    /// name unless called.
    pub fn program(mut self, name: impl Into<String>) -> Self {
        self.program = name.into();
        self
    }

    /// Which records are written, of those that the stream's own levels let into the ring;
    /// everything unless called.
    pub fn levels(mut self, levels: impl Into<Directives>) -> Self {
        self.levels = levels.into();
        self
    }

    /// The form of lines, for all levels or for each; [`Format::Text`](crate::stream::Format::Text)
    /// unless called.
    pub fn format(mut self, formats: impl Into<Formats>) -> Self {
        self.formats = formats.into();
        self
    }

    /// Colours the levels of text lines, or does not; without colours unless called.
    pub fn style(mut self, style: Option<Style>) -> Self {
        self.style = style;
        self
    }

    /// Bytes of lines that may wait for a slow output, at least 1; 256 KiB unless called. They come
    /// on top of what the ring holds.
    pub fn staging(mut self, bytes: usize) -> Self {
        self.lanes = self.lanes.bytes(bytes);
        self
    }

    /// Which lines go first when the output cannot keep up.
    pub fn lanes(mut self, lanes: Lanes) -> Self {
        self.lanes = lanes;
        self
    }

    /// How much one call site may say; as much as it wants unless called.
    pub fn flood(mut self, flood: Flood) -> Self {
        self.flood = Some(flood);
        self
    }

    /// Loses nothing, at a price: whoever logs waits while the output is behind and the ring is full
    /// of what it has not taken.
    ///
    /// A thread waits as long as the output gets on, and for at most `patience` while it does not;
    /// then records are lost and counted until it gets on again. A thread that blocks a signal does
    /// not wait, because it may be in a signal handler; where a system does not say which signals
    /// are blocked, as Linux does, no thread waits.
    pub fn lossless(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// The same lines, made of the records of any stream.
    pub(super) fn press(&self, stream: &RingStream) -> Press {
        let program = if self.program.is_empty() { stream.name() } else { &self.program };
        Press {
            lanes: self.lanes.clone(),
            renderers: Renderers::new(self.formats.clone(), program, self.style),
            levels: self.levels.clone(),
            gate: self.flood.map(Gate::new),
        }
    }

    /// In how many lanes lines wait.
    pub(super) fn lane_count(&self) -> usize {
        self.lanes.count()
    }

    /// Starts to move the records that are written from now on.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(self, stream: &RingStream, output: impl Output) -> io::Result<Sink> {
        let way = Way { route: None, table: Table::new("") };
        self.drain(stream, way, |handoff| Plain::new(output, handoff))
    }

    /// The same with any drain, which may be told where to leave its notices.
    pub(super) fn drain<D: Drain + 'static>(
        mut self,
        stream: &RingStream,
        way: Way,
        drain: impl FnOnce(Arc<Handoff>) -> D,
    ) -> io::Result<Sink> {
        if self.program.is_empty() {
            self.program = stream.name().into();
        }
        let handoff = Arc::new(Handoff::default());
        let (into, from) = self.lanes.split();
        // From here on the drop of `sink` ends what was started.
        let mut sink = Sink {
            name: self.name.clone(),
            stream: stream.clone(),
            handoff: Arc::clone(&handoff),
            threads: Vec::new(),
        };
        let drain = drain(Arc::clone(&handoff));
        let writer = Writer { lanes: Outlet::new(from), drain, handoff: Arc::clone(&handoff) };
        let own = stream.clone();
        let started = spawn(&self.name, "out", move || writer.run(own));
        // Without the thread there is no last word to wait for.
        let thread = started.inspect_err(|_| handoff.end_writer())?;
        handoff.writer.take(thread.thread());
        sink.threads.push(thread);
        match self.start_reading(stream.clone(), into, way, Arc::clone(&handoff)) {
            Ok(thread) => sink.threads.push(thread),
            Err(error) => {
                handoff.end_pump();
                return Err(error);
            }
        }
        Ok(sink)
    }

    /// Starts the reading thread, and returns when it has its place in the stream.
    fn start_reading(
        self,
        stream: RingStream,
        lanes: Vec<LaneIn>,
        way: Way,
        handoff: Arc<Handoff>,
    ) -> io::Result<JoinHandle<()>> {
        let (ready, is_ready) = sync_channel(1);
        let name = self.name.clone();
        let thread = spawn(&name, "in", move || {
            handoff.pump.take(&thread::current());
            let patience = self.patience;
            let waits = patience.is_some();
            let inlet = Inlet::new(lanes, Arc::clone(&handoff), stream.clone(), waits);
            let reading = Reading::new(&stream, self.lines(inlet, way), handoff, patience);
            // Nobody listens only when the starting thread is gone.
            let _ = ready.send(());
            reading.run();
        })?;
        // An error says that the thread is gone, which the flushes will tell.
        let _ = is_ready.recv();
        Ok(thread)
    }

    fn lines(self, inlet: Inlet, way: Way) -> Lines {
        let Self { program, levels, formats, style, lanes, flood, .. } = self;
        Lines {
            max: levels.max_level(),
            levels,
            renderers: Renderers::new(formats, &program, style),
            lanes,
            inlet,
            router: Router::new(way.route, way.table),
            gate: flood.map(Gate::new),
            lost: 0,
        }
    }
}

/// Names are cut by the kernel after 15 bytes, so the part that differs comes early. With a NUL in its
/// name a thread would not start but panic.
fn spawn(name: &str, end: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    let name = std::format!("rv-{end}-{name}").replace('\0', "?");
    thread::Builder::new().name(name).spawn(run)
}
