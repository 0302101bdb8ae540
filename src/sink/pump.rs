//! From a stream to an output, by two threads.

use std::io;
use std::string::String;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};
use std::vec::Vec;

use ringbuf::traits::Split;
use ringbuf::{HeapProd, HeapRb};

use super::handoff::Handoff;
use super::outlet::Outlet;
use super::reading::{Lines, Reading};
use super::writer::Writer;
use super::{Output, Sink};
use crate::record::{LevelFilter, Style, Text};
use crate::stream::filter::Directives;
use crate::stream::{Format, Renderer, RingStream};

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
    format: Format,
    style: Option<Style>,
    staging: usize,
}

impl Pump {
    /// A pump of everything, as text; its threads bear the name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            program: String::new(),
            levels: Directives::at(LevelFilter::Trace),
            format: Format::Text,
            style: None,
            staging: 256 << 10,
        }
    }

    /// The program's name in lines of [`Format::Text`]; the stream's name unless called.
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

    /// The form of lines; [`Format::Text`] unless called.
    pub fn format(mut self, format: impl Into<Format>) -> Self {
        self.format = format.into();
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
        self.staging = bytes.max(1);
        self
    }

    /// Starts to move the records that are written from now on.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(mut self, stream: &RingStream, output: impl Output) -> io::Result<Sink> {
        if self.program.is_empty() {
            self.program = stream.name().into();
        }
        let handoff = Arc::new(Handoff::default());
        let (into, from) = HeapRb::new(self.staging).split();
        // From here on the drop of `sink` ends what was started.
        let mut sink = Sink {
            name: self.name.clone(),
            stream: stream.clone(),
            handoff: Arc::clone(&handoff),
            threads: Vec::new(),
        };
        let writer = Writer::new(from, output, Arc::clone(&handoff));
        let own = stream.clone();
        let started = spawn(&self.name, "out", move || writer.run(own));
        // Without the thread there is no last word to wait for.
        let thread = started.inspect_err(|_| handoff.end_writer())?;
        handoff.writer.take(thread.thread());
        sink.threads.push(thread);
        match self.start_reading(stream.clone(), into, Arc::clone(&handoff)) {
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
        staging: HeapProd<u8>,
        handoff: Arc<Handoff>,
    ) -> io::Result<JoinHandle<()>> {
        let Self { name, program, levels, format, style, .. } = self;
        let (ready, is_ready) = sync_channel(1);
        let thread = spawn(&name, "in", move || {
            let follow = stream.follow();
            handoff.pump.take(&thread::current());
            let renderer = Renderer::new(format, Text::new(program).style(style));
            let outlet = Outlet::new(staging, Arc::clone(&handoff));
            let reading = Reading::new(follow, Lines::new(levels, renderer, outlet), handoff);
            // Nobody listens only when the starting thread is gone.
            let _ = ready.send(());
            reading.run();
        })?;
        // An error says that the thread is gone, which the flushes will tell.
        let _ = is_ready.recv();
        Ok(thread)
    }
}

/// Names are cut by the kernel after 15 bytes, so the part that differs comes early. With a NUL in its
/// name a thread would not start but panic.
fn spawn(name: &str, end: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    let name = std::format!("rv-{end}-{name}").replace('\0', "?");
    thread::Builder::new().name(name).spawn(run)
}
