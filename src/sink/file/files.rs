//! All files of a sink, as the drain of its writing thread.

use std::format;
use std::path::PathBuf;
use std::string::String;
use std::vec::Vec;

use super::context::Context;
use super::error::{FileError, text};
use super::live::Live;
use crate::record::Level;
use crate::sink::lanes::{Batch, EVERYWHERE, Frame};
use crate::sink::route::{OWN, Table};
use crate::sink::writer::{Drain, Stop};
use crate::sync::plain::Ordering;

const NS_PER_S: u64 = 1_000_000_000;

pub(super) struct Files {
    pub(super) context: Context,
    pub(super) place: Place,
    pub(super) table: Table,
    /// By their number; the own one always.
    files: Vec<Option<Member>>,
    /// Files with lines that are not written.
    dirty: Vec<u16>,
    /// Counts uses, to know which file rests longest.
    uses: u64,
    /// Whether the last line that was taken is not whole.
    is_within_line: bool,
    is_json: bool,
}

/// Where the files stand, and how many of them are held open.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) dir: PathBuf,
    /// What stands around a name: `prefix.` and `.suffix.log`.
    pub(super) before: String,
    pub(super) behind: String,
    pub(super) handles: usize,
    /// Whether there is more than one file, so that none may hold up the others.
    pub(super) is_routed: bool,
}

impl Place {
    pub(super) fn path(&self, name: &str) -> PathBuf {
        let Self { dir, before, behind, .. } = self;
        dir.join(format!("{before}{name}{behind}"))
    }
}

struct Member {
    live: Live,
    trouble: Option<Trouble>,
    /// Lines that could not be written and were not told yet.
    lost: u64,
}

/// A file that cannot be written.
struct Trouble {
    since_ns: u64,
    again_ns: u64,
}

impl Files {
    pub(super) fn new(context: Context, place: Place, table: Table, is_json: bool) -> Self {
        let files = Vec::new();
        Self {
            context,
            place,
            table,
            files,
            dirty: Vec::new(),
            uses: 0,
            is_within_line: false,
            is_json,
        }
    }

    /// Opens the sink's own file.
    pub(super) fn open(&mut self) -> Result<(), FileError> {
        self.with(OWN, |context, member| member.live.look(context)).unwrap_or(Ok(()))
    }

    /// Opens anew what is open, if that was asked for.
    fn reopen(&mut self) -> Result<(), Stop> {
        if !self.context.handoff.take_reopen() {
            return Ok(());
        }
        let is_routed = self.place.is_routed;
        let is_open = |member: &Member| member.live.is_open();
        let mut open = self.files.iter_mut().flatten().filter(|member| is_open(member));
        open.try_for_each(|member| {
            member.live.close();
            let result = member.live.look(&self.context);
            member.settle(&self.context, is_routed, result)
        })
    }

    fn member(&mut self, number: u16) -> Option<&mut Member> {
        let index = usize::from(number);
        if index >= self.files.len() {
            self.files.resize_with(index + 1, || None);
        }
        if self.files.get(index)?.is_none() {
            let path = self.place.path(&self.table.name(number)?);
            *self.files.get_mut(index)? =
                Some(Member { live: Live::new(&path), trouble: None, lost: 0 });
        }
        self.files.get_mut(index)?.as_mut()
    }

    /// Calls `act` with a file, for which a handle is free.
    fn with<T>(&mut self, number: u16, act: impl FnOnce(&Context, &mut Member) -> T) -> Option<T> {
        self.uses += 1;
        let uses = self.uses;
        let is_open = self.member(number)?.live.is_open();
        if !is_open && self.place.is_routed {
            self.free_handle();
        }
        let context = &self.context;
        let member = self.files.get_mut(usize::from(number))?.as_mut()?;
        member.live.used = uses;
        Some(act(context, member))
    }

    /// Closes the file that rests longest, if too many are open.
    fn free_handle(&mut self) {
        let open = || self.files.iter().flatten().filter(|member| member.live.is_open());
        if open().count() < self.place.handles {
            return;
        }
        let rests = self.files.iter_mut().flatten().filter(|member| member.live.is_open());
        if let Some(member) = rests.min_by_key(|member| member.live.used) {
            let result = member.live.flush(&self.context);
            let result = member.settle(&self.context, self.place.is_routed, result);
            debug_assert!(result.is_ok(), "of many files none holds up the others");
            member.live.close();
        }
    }

    /// Writes the bytes of one file.
    fn put(&mut self, number: u16, lines: &[u8]) -> Result<(), Stop> {
        if number == EVERYWHERE {
            return self.put_everywhere(lines);
        }
        if self.place.is_routed {
            self.tell_lost(number)?;
        }
        let is_routed = self.place.is_routed;
        let done = self.with(number, |context, member| {
            if member.rests(context) {
                member.count_lost(context, lines);
                return Ok(());
            }
            let result = member.live.put(context, lines);
            member.settle(context, is_routed, result)
        });
        if !self.dirty.contains(&number) {
            self.dirty.push(number);
        }
        done.unwrap_or(Ok(()))
    }

    fn put_everywhere(&mut self, lines: &[u8]) -> Result<(), Stop> {
        let known = |number: &u16| {
            *number == OWN || self.files.get(usize::from(*number)).is_some_and(Option::is_some)
        };
        let most = u16::try_from(self.files.len().max(1)).unwrap_or(EVERYWHERE);
        let numbers: Vec<u16> = (0..most).filter(known).collect();
        numbers.into_iter().try_for_each(|number| self.put(number, lines))
    }

    /// Tells in a file that works again what could not be written into it.
    fn tell_lost(&mut self, number: u16) -> Result<(), Stop> {
        let is_json = self.is_json;
        let told = self.with(number, |context, member| {
            if member.lost == 0 || member.rests(context) {
                return None;
            }
            let lost = core::mem::take(&mut member.lost);
            let plural = if lost == 1 { "" } else { "s" };
            Some(match is_json {
                true => format!("{{\"lost\":{lost}}}\n"),
                false => format!("-- {lost} record{plural} lost --\n"),
            })
        });
        let Some(line) = told.flatten() else { return Ok(()) };
        let put = |context: &Context, member: &mut Member| {
            let result = member.live.put(context, line.as_bytes());
            member.settle(context, true, result)
        };
        self.with(number, put).unwrap_or(Ok(()))
    }

    /// Whether a line behind `pending` bytes of the same file belongs into the next one.
    #[inline]
    fn is_due(&mut self, frame: &Frame, pending: usize) -> bool {
        if self.is_within_line || frame.route == EVERYWHERE {
            return false;
        }
        let index = usize::from(frame.route);
        let member = self.files.get(index).and_then(Option::as_ref);
        if !member.is_some_and(|member| member.live.is_open() || member.rests(&self.context)) {
            // Only the file itself tells how long it is and of what time. That it cannot be opened
            // is told when it is written.
            let _ = self.with(frame.route, |context, member| member.live.look(context));
        }
        let Self { context, files, .. } = self;
        let member = files.get_mut(index).and_then(Option::as_mut);
        let len = frame.len as usize;
        member.is_some_and(|member| member.live.is_due(context, frame.second, pending, len))
    }

    fn rotate(&mut self, number: u16, second: i64) -> Result<(), Stop> {
        let is_routed = self.place.is_routed;
        let rotated = self.with(number, |context, member| {
            let result = member.live.rotate(context, second);
            match result {
                // Written, but not put aside: that is tried again.
                Err(error) if !member.live.has_lines() => {
                    context.trouble(&error);
                    Ok(())
                }
                result => member.settle(context, is_routed, result),
            }
        });
        rotated.unwrap_or(Ok(()))
    }

    /// Takes the frames one by one; lines of one file are written together.
    fn take(&mut self, batch: Batch<'_>) -> (usize, Result<(), Stop>) {
        let mut run = Run::default();
        let mut at = 0;
        for (index, frame) in batch.frames.iter().enumerate() {
            let len = frame.len as usize;
            let is_other = run.route != frame.route || run.end != at;
            if is_other || self.is_due(frame, run.end - run.start) {
                let rotates = !is_other || self.is_due(frame, 0);
                let put = self.put_run(&run, batch.bytes);
                let put = put.and_then(|()| match rotates {
                    true => self.rotate(frame.route, frame.second),
                    false => Ok(()),
                });
                run = Run { route: frame.route, start: at, end: at };
                if put.is_err() {
                    return (index, put);
                }
            }
            run.end = at + len;
            if let Some(ledger) = self.context.ledger.get_mut() {
                ledger.take(batch.lane, frame);
            }
            self.is_within_line = frame.goes_on;
            if !frame.is_shared {
                at += len;
            }
        }
        (batch.frames.len(), self.put_run(&run, batch.bytes))
    }

    fn put_run(&mut self, run: &Run, bytes: &[u8]) -> Result<(), Stop> {
        match bytes.get(run.start..run.end) {
            Some([]) | None => Ok(()),
            Some(lines) => self.put(run.route, lines),
        }
    }
}

/// Neighbouring lines of one file.
#[derive(Debug, Default)]
struct Run {
    route: u16,
    start: usize,
    end: usize,
}

impl Member {
    /// Whether it failed a moment ago.
    fn rests(&self, context: &Context) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| context.mono_ns() < trouble.again_ns)
    }

    fn count_lost(&mut self, context: &Context, lines: &[u8]) {
        self.add_lost(context, memchr::memchr_iter(b'\n', lines).count() as u64);
    }

    fn add_lost(&mut self, context: &Context, lost: u64) {
        self.lost += lost;
        context.handoff.counts.unwritten.fetch_add(lost, Ordering::Relaxed);
    }

    /// What follows from an attempt to write.
    fn settle(
        &mut self,
        context: &Context,
        is_routed: bool,
        result: Result<(), FileError>,
    ) -> Result<(), Stop> {
        match result {
            Ok(()) if self.live.has_lines() => Ok(()),
            Ok(()) => {
                if let Some(Trouble { since_ns, .. }) = self.trouble.take() {
                    let seconds = context.mono_ns().saturating_sub(since_ns) / NS_PER_S;
                    context.told_again(self.live.names.live(), seconds);
                }
                Ok(())
            }
            Err(error) => self.fail(context, is_routed, &error),
        }
    }

    fn fail(&mut self, context: &Context, is_routed: bool, error: &FileError) -> Result<(), Stop> {
        context.handoff.counts.errors.fetch_add(1, Ordering::Relaxed);
        let now = context.mono_ns();
        context.note_error(&text(error));
        if self.trouble.is_none() {
            let follows = if is_routed { "records are lost" } else { "records wait in the ring" };
            context.handoff.tell(Level::Warn, format!("{error}; {follows}"));
        }
        let since_ns = self.trouble.as_ref().map_or(now, |trouble| trouble.since_ns);
        let pause = context.rules.pause;
        let pause_ns = u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX);
        self.trouble = Some(Trouble { since_ns, again_ns: now.saturating_add(pause_ns) });
        if !is_routed {
            return Err(Stop::Later(pause));
        }
        let lost = self.live.drop_lines();
        self.add_lost(context, lost);
        Ok(())
    }
}

impl Drain for Files {
    fn write(&mut self, batch: Batch<'_>) -> (usize, Result<(), Stop>) {
        if let Err(stop) = self.reopen() {
            return (0, Err(stop));
        }
        // What was taken before goes first; until then no more is taken.
        let is_stuck = self.files.iter().flatten().any(|member| member.trouble.is_some());
        if is_stuck && !self.place.is_routed {
            if let Err(stop) = self.flush() {
                return (0, Err(stop));
            }
        }
        self.take(batch)
    }

    fn held(&self) -> u64 {
        self.files.iter().flatten().map(|member| member.live.lines()).sum()
    }

    fn flush(&mut self) -> Result<(), Stop> {
        self.reopen()?;
        let is_routed = self.place.is_routed;
        while let Some(number) = self.dirty.last().copied() {
            let flushed = self.with(number, |context, member| {
                let result = member.live.flush(context);
                member.settle(context, is_routed, result)
            });
            flushed.unwrap_or(Ok(()))?;
            self.dirty.pop();
        }
        Ok(())
    }
}
