//! The writing thread's end of the lanes.

use std::vec::Vec;

use ringbuf::traits::{Consumer, Observer};

use super::{Frame, LaneOut};

pub(in crate::sink) struct Outlet {
    lanes: Vec<LaneOut>,
    /// A line that lies around the end of its queue, in one piece.
    joined: Vec<u8>,
}

/// Frames of one lane and their bytes, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(in crate::sink) struct Batch<'a> {
    /// The lane that they were in.
    pub(in crate::sink) lane: usize,
    pub(in crate::sink) frames: &'a [Frame],
    pub(in crate::sink) bytes: &'a [u8],
}

/// What became of a batch.
#[derive(Debug)]
pub(in crate::sink) struct Taken<T> {
    pub(in crate::sink) frames: usize,
    pub(in crate::sink) lines: u64,
    pub(in crate::sink) result: T,
}

impl Outlet {
    pub(in crate::sink) fn new(lanes: Vec<LaneOut>) -> Self {
        Self { lanes, joined: Vec::new() }
    }

    /// How many frames there are now.
    pub(in crate::sink) fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.frames.occupied_len()).sum()
    }

    /// The next lines of the most urgent lane that has any, together at most `most` bytes unless
    /// the first of them is longer. `take` says how many frames it took; the rest stays.
    pub(in crate::sink) fn next<T>(
        &mut self,
        most: usize,
        take: impl FnOnce(Batch<'_>) -> (usize, T),
    ) -> Option<Taken<T>> {
        let Self { lanes, joined } = self;
        let mut filled = lanes.iter_mut().enumerate();
        let (index, lane) = filled.find(|(_, lane)| !lane.frames.is_empty())?;
        let (frames, lines, bytes, result) = {
            let (frames, _) = lane.frames.as_slices();
            let (bytes, behind) = lane.bytes.as_slices();
            let first = frames.first().map_or(0, |frame| frame.len as usize);
            let batch = if first > bytes.len() {
                joined.clear();
                joined.extend_from_slice(bytes);
                joined.extend_from_slice(&behind[..behind.len().min(first - bytes.len())]);
                Batch { lane: index, frames: &frames[..1], bytes: joined }
            } else {
                fitting(frames, bytes, most).of(index)
            };
            let (count, result) = take(batch);
            let count = count.min(batch.frames.len());
            let done = &batch.frames[..count];
            let lines = done.iter().filter(|frame| frame.ends_line()).count() as u64;
            (count, lines, bytes_of(done), result)
        };
        lane.frames.skip(frames);
        lane.bytes.skip(bytes);
        Some(Taken { frames, lines, result })
    }
}

impl Batch<'_> {
    fn of(self, lane: usize) -> Self {
        Self { lane, ..self }
    }
}

fn fitting<'a>(frames: &'a [Frame], bytes: &'a [u8], most: usize) -> Batch<'a> {
    let (mut end, mut count) = (0, 0);
    for frame in frames {
        let len = frame.len as usize;
        if end + len > bytes.len() || (count > 0 && end + len > most) {
            break;
        }
        count += 1;
        if !frame.is_shared {
            end += len;
        }
    }
    // The last frames may share bytes with one that is not of this batch.
    let shared = count > 0 && frames[count - 1].is_shared;
    let tail = if shared { frames[count - 1].len as usize } else { 0 };
    Batch { lane: 0, frames: &frames[..count], bytes: &bytes[..end + tail] }
}

/// Bytes that are done with when `frames` are.
fn bytes_of(frames: &[Frame]) -> usize {
    let own = frames.iter().filter(|frame| !frame.is_shared);
    own.map(|frame| frame.len as usize).sum()
}
