//! The reading thread's end of the lanes: whole lines in, and patience or a count when they are
//! full.

use std::string::String;
use std::sync::Arc;
use std::thread::park;
use std::vec::Vec;

use ringbuf::traits::{Observer, Producer};

use super::{EVERYWHERE, Frame, LaneIn, Origin};
use crate::sink::handoff::{Ended, Handoff};
use crate::sink::notice;
use crate::stream::RingStream;
use crate::sync::plain::Ordering;

/// So many bytes are collected before they are staged together.
const PORTION: usize = 16 << 10;
/// So many are staged before the writer is woken, where the lanes hold some more: to wake it costs
/// as much as to read fifty records.
const SPOONFUL: usize = 64 << 10;

pub(in crate::sink) struct Inlet {
    lanes: Vec<Filling>,
    handoff: Arc<Handoff>,
    /// Where notices are said while a lane is waited for.
    stream: RingStream,
    /// Bytes staged since the writer was last woken, and how many may be.
    unsaid: usize,
    unsaid_max: usize,
    /// Whether a full lane is waited for in any case.
    waits: bool,
}

/// A lane, and the lines that are not in it yet.
struct Filling {
    lane: LaneIn,
    text: String,
    frames: Vec<Frame>,
    /// How much of the two is staged.
    staged: (usize, usize),
    /// Lines that found the lane full and were not yet told.
    lost: u64,
    /// The frame that tells of lost lines, and of how many.
    telling: Option<(usize, u64)>,
}

impl Inlet {
    /// With `waits` a full lane is waited for; without, only the most urgent lane is: the ring
    /// keeps what comes meanwhile, and less urgent lines must not hold up more urgent ones.
    pub(in crate::sink) fn new(
        lanes: Vec<LaneIn>,
        handoff: Arc<Handoff>,
        stream: RingStream,
        waits: bool,
    ) -> Self {
        let room = lanes.iter().map(|lane| lane.capacity().get()).min().unwrap_or(0);
        let lanes = lanes.into_iter().map(Filling::new).collect();
        Self { lanes, handoff, stream, unsaid: 0, unsaid_max: SPOONFUL.min(room / 4), waits }
    }

    /// Adds a line, which `render` appends, for each of the files of `routes`.
    pub(in crate::sink) fn line(
        &mut self,
        lane: usize,
        origin: Origin,
        routes: &[u16],
        render: impl FnOnce(&mut String),
    ) -> Result<(), Ended> {
        let Some(filling) = self.lanes.get_mut(lane) else { return Ok(()) };
        filling.line(origin, routes, render);
        if filling.text.len() >= PORTION { self.stage(lane) } else { Ok(()) }
    }

    /// Adds the line that tells that `lost` lines found the lane full.
    pub(in crate::sink) fn lost_line(
        &mut self,
        lane: usize,
        lost: u64,
        render: impl FnOnce(&mut String),
    ) -> Result<(), Ended> {
        if let Some(filling) = self.lanes.get_mut(lane) {
            filling.telling = Some((filling.frames.len(), lost));
        }
        self.line(lane, Origin::NONE, &[EVERYWHERE], render)
    }

    /// Lines that were lost in the lane since the last call.
    pub(in crate::sink) fn take_lost(&mut self, lane: usize) -> u64 {
        self.lanes.get_mut(lane).map_or(0, |lane| core::mem::take(&mut lane.lost))
    }

    /// The lanes that have lost lines which were not told yet.
    pub(in crate::sink) fn lane_with_lost(&self) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.lost > 0)
    }

    /// Stages everything.
    pub(in crate::sink) fn stage_all(&mut self) -> Result<(), Ended> {
        (0..self.lanes.len()).try_for_each(|lane| self.stage(lane))
    }

    /// Tells the writer of what was staged.
    pub(in crate::sink) fn say(&mut self) {
        if self.unsaid > 0 {
            self.unsaid = 0;
            self.handoff.writer.wake();
        }
    }

    fn stage(&mut self, index: usize) -> Result<(), Ended> {
        let waits = self.waits || index == 0;
        loop {
            let Some(filling) = self.lanes.get_mut(index) else { return Ok(()) };
            let (staged, lines) = filling.stage_some();
            self.unsaid += staged;
            self.handoff.counts.made.fetch_add(lines, Ordering::Relaxed);
            if filling.is_staged() {
                filling.clear();
                break;
            }
            if !waits {
                let lost = filling.drop_rest();
                self.handoff.counts.overflowed.fetch_add(lost, Ordering::Relaxed);
                break;
            }
            self.wait_for_room(index)?;
        }
        if self.unsaid > self.unsaid_max {
            self.say();
        }
        Ok(())
    }

    fn wait_for_room(&mut self, index: usize) -> Result<(), Ended> {
        loop {
            self.say();
            let Some(filling) = self.lanes.get(index) else { return Ok(()) };
            if !self.handoff.is_starved(|| filling.next_fits())? {
                return Ok(());
            }
            notice::say_all(&self.handoff, &self.stream);
            park();
        }
    }
}

impl Filling {
    fn new(lane: LaneIn) -> Self {
        Self {
            lane,
            text: String::new(),
            frames: Vec::new(),
            staged: (0, 0),
            lost: 0,
            telling: None,
        }
    }

    fn line(&mut self, origin: Origin, routes: &[u16], render: impl FnOnce(&mut String)) {
        let Origin { second, place } = origin;
        let start = self.text.len();
        render(&mut self.text);
        let most = self.lane.capacity().get();
        let mut rest = self.text.len() - start;
        while rest > 0 {
            let piece = rest.min(most);
            rest -= piece;
            for (index, route) in routes.iter().enumerate() {
                self.frames.push(Frame {
                    second,
                    place,
                    len: u32::try_from(piece).unwrap_or(u32::MAX),
                    route: *route,
                    is_shared: index + 1 < routes.len(),
                    goes_on: rest > 0,
                });
            }
        }
    }

    /// Stages the lines that fit, and returns how many bytes and lines that were.
    fn stage_some(&mut self) -> (usize, u64) {
        let (_, frames) = self.rest();
        let (mut bytes, mut count) = (0, 0);
        let room = (self.lane.bytes.vacant_len(), self.lane.frames.vacant_len());
        let mut end = (0, 0);
        for frame in frames {
            count += 1;
            if !frame.is_shared {
                bytes += frame.len as usize;
                if bytes > room.0 || count > room.1 {
                    break;
                }
                end = (bytes, count);
            }
        }
        // The bytes first: who sees a frame takes it that they are there.
        let text = &self.text.as_bytes()[self.staged.0..self.staged.0 + end.0];
        self.lane.bytes.push_slice(text);
        let frames = &self.frames[self.staged.1..self.staged.1 + end.1];
        let lines = frames.iter().filter(|frame| frame.ends_line()).count() as u64;
        self.lane.frames.push_slice(frames);
        self.staged = (self.staged.0 + end.0, self.staged.1 + end.1);
        (end.0, lines)
    }

    fn rest(&self) -> (&[u8], &[Frame]) {
        (&self.text.as_bytes()[self.staged.0..], &self.frames[self.staged.1..])
    }

    fn is_staged(&self) -> bool {
        self.staged.1 == self.frames.len()
    }

    /// Whether the next line finds room now.
    fn next_fits(&self) -> bool {
        let (_, frames) = self.rest();
        let count = frames.iter().position(|frame| !frame.is_shared).map_or(0, |last| last + 1);
        let bytes = frames.first().map_or(0, |frame| frame.len as usize);
        self.lane.bytes.vacant_len() >= bytes && self.lane.frames.vacant_len() >= count
    }

    fn drop_rest(&mut self) -> u64 {
        let is_record = |frame: &&Frame| frame.route != EVERYWHERE;
        let ends = |frame: &&Frame| frame.ends_line();
        let lost = self.rest().1.iter().filter(is_record).filter(ends).count() as u64;
        // What could not be told is told another time.
        let untold = self.telling.filter(|(frame, _)| *frame >= self.staged.1);
        self.lost += lost + untold.map_or(0, |(_, lost)| lost);
        self.clear();
        lost
    }

    fn clear(&mut self) {
        self.text.clear();
        self.frames.clear();
        self.staged = (0, 0);
        self.telling = None;
    }
}
