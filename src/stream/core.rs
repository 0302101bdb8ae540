//! What all handles of one stream share, and how a record gets into the ring.

use crate::clock::{Clock, Timeline};
use crate::context;
use crate::record::{Append, Buffer, Encoder, Header, Level, MAX_LEN, SEAL_LEN, Site, Task};
use crate::ring::{Interner, ReserveError, Shard, Storage, Wake};

use super::name::Name;
use super::state::State;

/// The ring, its clock, and what passes.
#[derive(Debug)]
pub(crate) struct Core<S> {
    pub(super) storage: S,
    pub(super) clock: Clock,
    pub(super) state: State,
    pub(super) name: Name,
    /// Whether records get a checksum, because they may be read when this process is gone.
    pub(super) seals: bool,
}

/// Where a record comes from, as far as its front knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) level: Level,
    /// The call site's entry in the string table; 0 if it has none.
    pub(super) site: u32,
}

impl<S: Storage> Core<S> {
    pub(super) const fn new(storage: S, clock: Clock) -> Self {
        Self { storage, clock, state: State::new(), name: Name::DEFAULT, seals: false }
    }

    /// The table of names and call sites.
    pub(super) fn strings(&self) -> Interner<'_, S::Word> {
        self.storage.region().strings()
    }

    /// The entry of a call site of which only the target is known; 0 where the table is full.
    pub(super) fn target_entry(&self, target: &str) -> u32 {
        let mut blob = Buffer::new();
        let is_whole = Site::new(target).encode_into(&mut blob);
        if is_whole { self.strings().intern(blob.bytes()).unwrap_or(0) } else { 0 }
    }

    /// Encodes one record and writes it. `describe` is asked for the call site where it has no
    /// entry; `fill` adds the message and the fields.
    ///
    /// `fill` runs the user's `Display` and `Debug` code. It runs before anything is reserved, so
    /// it may log, panic or take its time.
    #[inline]
    pub(super) fn write<'a>(
        &self,
        origin: Origin,
        describe: impl FnOnce() -> Site<'a>,
        fill: impl FnOnce(&mut Encoder<'_>),
    ) {
        let Origin { level, site } = origin;
        let thread = self.state.thread(self);
        let region = self.storage.region();
        let shard = region.shard(usize::from(thread));
        self.state.pace(&shard, thread, region.layout().shards());
        let mut buffer = Buffer::new();
        let header = Header { level, thread, site, ticks: self.clock.ticks() };
        let mut encoder = Encoder::new(&mut buffer, header).limit(self.limit(&shard));
        if site == 0 {
            encoder.site(&describe());
        }
        context::with(|current| {
            let Some(current) = current else { return };
            let name_id = self.state.task_entry(current.name, &self.strings());
            let task = Task { id: current.id, run: current.run, name: current.name };
            encoder.task(task, name_id);
        });
        fill(&mut encoder);
        let record = if self.seals { encoder.finish_sealed() } else { encoder.finish() };
        self.append(&shard, record);
    }

    /// The most that a record may have before it is sealed.
    #[inline]
    fn limit(&self, shard: &Shard<'_, S::Word>) -> usize {
        let limit = shard.len_max();
        if self.seals { limit.min(MAX_LEN) - SEAL_LEN } else { limit }
    }

    #[inline]
    fn append(&self, shard: &Shard<'_, S::Word>, record: &[u8]) {
        if crate::record::peek(record).is_some_and(|record| record.flags.truncated()) {
            self.state.count_truncated();
        }
        match shard.write(record) {
            Ok(Wake::Nobody) => {}
            Ok(Wake::Followers) => self.state.ring_bell(),
            // The shard counts what it rejects, and the encoder keeps within its limit.
            Err(ReserveError::AllPinned | ReserveError::TooLong) => {}
        }
    }

    /// A timeline that dates everything written so far.
    pub(super) fn timeline(&self) -> Timeline {
        self.state.timeline(&self.clock)
    }
}
