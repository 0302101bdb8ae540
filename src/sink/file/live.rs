//! One file that is written: whole lines in, rotated when it is due.

use core::mem::take;
use std::boxed::Box;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::vec::Vec;

use memchr::memrchr;

use super::context::Context;
use super::disk::Handle;
use super::error::{Action, FileError, failed};
use super::ledger::Ledger;
use super::names::Names;
use super::rotation;
use super::schedule::Period;

/// How far a clock must be back before a file's time is reckoned anew, in seconds.
const SLACK: i64 = 10;
/// How long a rotation that failed is not tried again, in nanoseconds.
const RETRY_NS: u64 = 5_000_000_000;

/// A file, open or not.
pub(super) struct Live {
    pub(super) names: Names,
    open: Option<Open>,
    /// Lines that are not written yet.
    buffer: Vec<u8>,
    /// Bytes of the buffer's first line that stand in the file already: a full disk took them and
    /// would not give them back.
    torn: usize,
    period: Option<Period>,
    /// Whether the next opening is the first one.
    is_new: bool,
    /// Before this no rotation is tried, on the monotonic clock.
    rotate_at_ns: u64,
    /// When it was last written, for closing the file that rests longest.
    pub(super) used: u64,
}

struct Open {
    handle: Box<dyn Handle>,
    id: (u64, u64),
    /// Bytes of the file.
    size: u64,
}

impl Live {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            names: Names::new(path),
            open: None,
            buffer: Vec::new(),
            torn: 0,
            period: None,
            is_new: true,
            rotate_at_ns: 0,
            used: 0,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(super) fn has_lines(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Takes lines, and writes them if they are many. They are kept when that fails.
    pub(super) fn put(&mut self, context: &Context, lines: &[u8]) -> Result<(), FileError> {
        if !self.buffer.is_empty() || lines.len() < context.rules.direct {
            self.buffer.extend_from_slice(lines);
            return match self.buffer.len() < context.rules.direct {
                true => Ok(()),
                false => self.flush(context),
            };
        }
        if let Err(error) = self.look(context) {
            self.buffer.extend_from_slice(lines);
            return Err(error);
        }
        let (done, result) = self.write(context, lines);
        self.buffer.extend_from_slice(&lines[done..]);
        result.map_err(failed(Action::Write, self.names.live()))
    }

    /// Writes what is kept.
    pub(super) fn flush(&mut self, context: &Context) -> Result<(), FileError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.look(context)?;
        let buffer = take(&mut self.buffer);
        let (done, result) = self.write(context, &buffer);
        self.buffer = buffer;
        self.buffer.drain(..done);
        result.map_err(failed(Action::Write, self.names.live()))
    }

    /// How many lines are kept.
    pub(super) fn lines(&self) -> u64 {
        memchr::memchr_iter(b'\n', &self.buffer).count() as u64
    }

    /// Forgets the lines that are kept, and says how many they were.
    pub(super) fn drop_lines(&mut self) -> u64 {
        let lines = self.lines();
        self.buffer.clear();
        self.torn = 0;
        lines
    }

    /// Lets the file be opened anew.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// Whether a line of that second and length, with `pending` bytes before it, belongs into the
    /// next file.
    #[inline]
    pub(super) fn is_due(
        &mut self,
        context: &Context,
        second: i64,
        pending: usize,
        len: usize,
    ) -> bool {
        let rules = &context.rules;
        let waiting = (self.buffer.len() - self.torn + pending) as u64;
        let size = self.open.as_ref().map_or(0, |open| open.size) + waiting;
        let is_full = rules.max_bytes.is_some_and(|most| size > 0 && size + len as u64 > most);
        let is_over = second != 0 && rules.schedule.is_some() && self.is_over(context, second);
        (is_full || is_over) && context.mono_ns() >= self.rotate_at_ns
    }

    fn is_over(&mut self, context: &Context, second: i64) -> bool {
        let Some(period) = self.period else {
            self.period = context.period(second);
            return false;
        };
        // A line may come late; only the clock itself says that it was set back.
        if second < period.start && context.wall_s().saturating_add(SLACK) < period.start {
            self.period = context.period(context.wall_s());
        }
        second >= period.end
    }

    /// Lets the next line go into a new file.
    pub(super) fn rotate(&mut self, context: &Context, second: i64) -> Result<(), FileError> {
        self.flush(context)?;
        let has_content = self.open.as_ref().is_some_and(|open| open.size > 0);
        if has_content {
            if let Err(error) = rotation::rotate(context, &self.names, self.period) {
                // Better too long a file than a line that is lost.
                self.rotate_at_ns = context.mono_ns().saturating_add(RETRY_NS);
                return Err(error);
            }
            self.open = None;
        }
        self.period = if second == 0 { None } else { context.period(second) };
        Ok(())
    }

    /// Opens the file if it is not, or not any more, the one that bears the name.
    pub(super) fn look(&mut self, context: &Context) -> Result<(), FileError> {
        let path = self.names.live();
        if let Some(open) = &mut self.open {
            match context.disk.stat(path) {
                Ok(stat) if stat.id == open.id => {
                    open.size = stat.len;
                    return Ok(());
                }
                // Moved away or removed.
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                // It may be unreachable and still be written.
                Err(_) => return Ok(()),
            }
            self.open = None;
        }
        self.open(context)
    }

    fn open(&mut self, context: &Context) -> Result<(), FileError> {
        let is_first = take(&mut self.is_new);
        let opened = self.open_file(context, is_first && context.rules.truncates);
        let Err(error) = opened else {
            // What was begun in another file is written whole into this one.
            self.torn = 0;
            if is_first && context.rules.rotates_at_start {
                self.rotate_old(context);
                return self.look(context);
            }
            return Ok(());
        };
        self.is_new = is_first;
        Err(error)
    }

    fn open_file(&mut self, context: &Context, empty: bool) -> Result<(), FileError> {
        let path = self.names.live();
        let open = || context.disk.open(path, empty);
        let handle = match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let dir = self.names.dir();
                context.disk.make_dir(dir).map_err(failed(Action::Open, dir))?;
                open()
            }
            opened => opened,
        };
        let handle = handle.map_err(failed(Action::Open, path))?;
        let stat = handle.stat().map_err(failed(Action::Open, path))?;
        if stat.len > 0 && self.period.is_none() {
            self.period = context.period(stat.modified);
        }
        self.open = Some(Open { handle, id: stat.id, size: stat.len });
        context.link(&self.names);
        Ok(())
    }

    /// Puts the file of the last run aside.
    fn rotate_old(&mut self, context: &Context) {
        if self.open.as_ref().is_some_and(|open| open.size == 0) {
            return;
        }
        match rotation::rotate(context, &self.names, self.period.take()) {
            Ok(()) => self.open = None,
            Err(error) => context.trouble(&error),
        }
    }

    /// Writes lines, and says how many bytes of whole lines are in the file now.
    fn write(&mut self, context: &Context, lines: &[u8]) -> (usize, io::Result<()>) {
        let Some(open) = &mut self.open else { return (0, Err(ErrorKind::NotFound.into())) };
        let mut done = self.torn;
        let len = lines.len() - done;
        context.note(&self.names, |ledger| ledger.intend(open.id, open.size, len));
        let result = loop {
            if done == lines.len() {
                break Ok(());
            }
            match open.handle.write(&lines[done..]) {
                Ok(0) => break Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    done += written;
                    open.size += written as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.torn = 0;
        if result.is_ok() {
            context.note(&self.names, Ledger::is_written);
            return (done, Ok(()));
        }
        let ledger = &mut *context.ledger.borrow_mut();
        let whole = memrchr(b'\n', &lines[..done]).map_or(0, |end| end + 1);
        self.torn = open.take_back((done - whole) as u64);
        let written = &lines[..whole];
        ledger.iter_mut().for_each(|ledger| ledger.is_partly_written(written));
        (whole, result)
    }
}

impl Open {
    /// Takes the beginning of a line out of the file; says how much of it stays there.
    fn take_back(&mut self, bytes: u64) -> usize {
        if bytes == 0 {
            return 0;
        }
        let len = self.handle.stat().map_or(self.size, |stat| stat.len);
        match self.handle.cut(len.saturating_sub(bytes)) {
            Ok(()) => {
                self.size = len.saturating_sub(bytes);
                0
            }
            Err(_) => usize::try_from(bytes).unwrap_or(0),
        }
    }
}
