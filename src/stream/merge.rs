//! Records of several shards in the order of their time.

use crate::record::{MAX_LEN, Peek, peek};
use crate::ring::{Armed, Read, Reader, Region, Shard, Storage, Word};

/// One reader per shard, each a record ahead.
#[derive(Debug)]
pub(super) struct Merge<S: Storage> {
    lanes: S::PerShard<Lane<S::Word>>,
    /// Ticks of the youngest record delivered.
    newest: u64,
    /// What [`current`](Self::current) returns.
    current: Delivered,
    /// Whether every lane without a record has been looked at, and nothing is to be told as lost.
    is_settled: bool,
}

/// The record that was delivered last: it stays in the buffer of its lane.
#[derive(Clone, Copy, Debug, Default)]
struct Delivered {
    lane: usize,
    len: usize,
    seq: u64,
    out_of_order: bool,
}

/// One shard's reader and the record it has read ahead.
#[derive(Debug)]
struct Lane<W> {
    reader: Reader<W>,
    buffer: [u8; MAX_LEN],
    ahead: Option<Ahead>,
    /// Lost in this shard and not yet told.
    lost: u64,
    is_pending: bool,
    /// The number of the first record that is not read any more.
    end: u64,
    /// Records before this number were reserved when the lanes without one were looked at last.
    sure: u64,
}

/// What is known of a record read ahead.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    len: usize,
    ticks: u64,
    seq: u64,
}

/// The next thing in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A record, see [`Merge::current`].
    Record,
    Lost(u64),
    Nothing,
}

/// An encoded record and where it stood.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Raw<'m> {
    pub(super) bytes: &'m [u8],
    pub(super) shard: u8,
    pub(super) seq: u64,
    pub(super) out_of_order: bool,
}

impl<S: Storage> Merge<S> {
    pub(super) fn new(
        region: Region<'_, S::Word>,
        reader: impl Fn(usize, &Shard<'_, S::Word>) -> Reader<S::Word>,
    ) -> Self {
        let lane = |(index, shard)| Lane::new(reader(index, &shard));
        let lanes = region.shards().enumerate().map(lane).collect();
        Self { lanes, newest: 0, current: Delivered::default(), is_settled: false }
    }

    /// Ends where the stream ends now: what is written from now on is neither read nor counted.
    pub(super) fn end_here(&mut self, region: Region<'_, S::Word>) {
        for (lane, shard) in self.lanes.iter_mut().zip(region.shards()) {
            lane.end = Reader::newest(&shard).position();
        }
    }

    /// The record with the smallest time of those that can be read now.
    ///
    /// A record is delivered only if every shard without one was looked at after it was reserved:
    /// whoever wrote it may have been told to by somebody whose own record another shard got in
    /// between. That the control word tells of many records at once makes one look enough for all
    /// of them; to look for each costs as much as to read it.
    #[inline]
    pub(super) fn next(&mut self, region: Region<'_, S::Word>) -> Next {
        if self.is_settled && self.refill(region) {
            if let Some(index) = self.oldest().filter(|&index| self.is_sure(index)) {
                return self.deliver(index);
            }
        }
        self.look(region);
        if let Some(lost) = self.take_lost() {
            return Next::Lost(lost);
        }
        self.is_settled = true;
        self.oldest().map_or(Next::Nothing, |index| self.deliver(index))
    }

    /// Reads ahead where the last record came from, which is nearly always the only place where
    /// that has to be done; tells whether there was a record.
    #[inline]
    fn refill(&mut self, region: Region<'_, S::Word>) -> bool {
        let index = self.current.lane;
        let Some(lane) = self.lanes.get_mut(index) else { return false };
        lane.ahead.is_some() || lane.read(&region.shard(index)) && lane.ahead.is_some()
    }

    /// The lane whose record has the smallest time.
    #[inline]
    fn oldest(&self) -> Option<usize> {
        let mut oldest = None;
        for (index, lane) in self.lanes.iter().enumerate() {
            let Some(Ahead { ticks, .. }) = lane.ahead else { continue };
            if oldest.is_none_or(|(_, least)| ticks < least) {
                oldest = Some((index, ticks));
            }
        }
        oldest.map(|(index, _)| index)
    }

    /// Whether nothing that another lane may have got since comes before the lane's record.
    #[inline]
    fn is_sure(&self, index: usize) -> bool {
        let lane = self.lanes.get(index);
        let is_known =
            lane.is_some_and(|lane| lane.ahead.is_some_and(|ahead| ahead.seq < lane.sure));
        is_known || self.lanes.iter().all(Lane::is_full)
    }

    #[inline]
    fn deliver(&mut self, index: usize) -> Next {
        let Some(lane) = self.lanes.get_mut(index) else { return Next::Nothing };
        let Some(Ahead { len, ticks, seq }) = lane.ahead.take() else { return Next::Nothing };
        self.current = Delivered { lane: index, len, seq, out_of_order: ticks < self.newest };
        self.newest = self.newest.max(ticks);
        Next::Record
    }

    /// The record that [`next`](Self::next) told of last.
    #[inline]
    pub(super) fn current(&self) -> Raw<'_> {
        let Delivered { lane, len, seq, out_of_order } = self.current;
        let bytes = self.lanes.get(lane).and_then(|lane| lane.buffer.get(..len));
        Raw { bytes: bytes.unwrap_or_default(), shard: lane as u8, seq, out_of_order }
    }

    /// Whether [`next`](Self::next) has something to deliver.
    pub(super) fn has_next(&mut self, region: Region<'_, S::Word>) -> bool {
        self.is_settled = false;
        self.look(region);
        self.lanes.iter().any(|lane| lane.ahead.is_some() || lane.lost > 0)
    }

    /// Whether a record was reserved but not committed when it was last looked for.
    pub(super) fn is_pending(&self) -> bool {
        self.lanes.iter().any(|lane| lane.is_pending)
    }

    /// Passes over records that are reserved but not committed; they are counted as lost.
    pub(super) fn skip_pending(&mut self) {
        self.is_settled = false;
        for lane in self.lanes.iter_mut().filter(|lane| lane.is_pending) {
            lane.reader.skip();
            lane.lost += 1;
            lane.is_pending = false;
        }
    }

    /// Arms every shard; whoever commits next in any of them wakes the followers.
    pub(super) fn arm(&self, region: Region<'_, S::Word>) -> Armed {
        let mut shards = self.lanes.iter().zip(region.shards());
        let all = shards.all(|(lane, shard)| lane.reader.arm(&shard) == Armed::Yes);
        if all { Armed::Yes } else { Armed::No }
    }

    /// The number of the next record that was not delivered, for each shard.
    pub(super) fn positions(&self) -> impl Iterator<Item = u64> + '_ {
        self.lanes.iter().map(Lane::position)
    }

    /// The block of each shard from which is read next.
    #[cfg(feature = "std")]
    pub(super) fn blocks(&self) -> impl Iterator<Item = u64> + '_ {
        self.lanes.iter().map(|lane| lane.reader.block())
    }

    /// Records lost so far, those not yet told included.
    pub(super) fn lost(&self) -> u64 {
        self.lanes.iter().map(Lane::lost).sum()
    }

    /// Reads ahead where nothing is, until there is nothing more to read.
    fn look(&mut self, region: Region<'_, S::Word>) {
        loop {
            // Taken before the look, which the last one of them counts for. The control word of
            // these records is read with Acquire, so that what their writers knew of is seen.
            self.lanes.iter_mut().for_each(|lane| lane.sure = lane.reader.known());
            if !self.fill(region) {
                return;
            }
        }
    }

    /// Reads ahead where nothing is; tells whether any shard had something.
    fn fill(&mut self, region: Region<'_, S::Word>) -> bool {
        let mut found = false;
        for (lane, shard) in self.lanes.iter_mut().zip(region.shards()) {
            if lane.ahead.is_none() {
                found |= lane.read(&shard);
            }
        }
        // With one lane there is nothing to look at once more.
        found && self.lanes.len() > 1
    }

    fn take_lost(&mut self) -> Option<u64> {
        let lost = self.lanes.iter_mut().map(|lane| core::mem::take(&mut lane.lost)).sum();
        if lost > 0 { Some(lost) } else { None }
    }
}

impl<W: Word> Lane<W> {
    fn new(reader: Reader<W>) -> Self {
        Self {
            reader,
            buffer: [0; MAX_LEN],
            ahead: None,
            lost: 0,
            is_pending: false,
            end: u64::MAX,
            sure: 0,
        }
    }

    #[inline]
    fn read(&mut self, shard: &Shard<'_, W>) -> bool {
        self.is_pending = false;
        let seq = self.reader.position();
        if seq >= self.end {
            return false;
        }
        match self.reader.read(shard, &mut self.buffer) {
            Read::Record(bytes) => {
                let ticks = peek(bytes).map_or(0, |Peek { ticks, .. }| ticks);
                self.ahead = Some(Ahead { len: bytes.len(), ticks, seq });
                true
            }
            Read::Lost(lost) => {
                self.lost += lost.min(self.end - seq);
                true
            }
            Read::Pending => {
                self.is_pending = true;
                false
            }
            Read::Empty => false,
        }
    }

    /// Whether nothing has to be looked for here.
    fn is_full(&self) -> bool {
        self.ahead.is_some() || self.reader.position() >= self.end
    }

    fn position(&self) -> u64 {
        // What is lost and not yet told is told again to who continues here.
        self.ahead.map_or(self.reader.position(), |ahead| ahead.seq) - self.lost
    }

    /// Records lost so far; of a jump beyond the end only those before it.
    fn lost(&self) -> u64 {
        self.reader.lost() - self.reader.position().saturating_sub(self.end)
    }
}
