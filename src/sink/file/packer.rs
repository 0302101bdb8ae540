//! Compresses old files on a thread of its own.

use std::boxed::Box;
use std::io::{self, Read, Write};
use std::path::Path;
use std::string::String;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use flate2::Compression;
use flate2::write::GzEncoder;
use parking_lot::Mutex;

use super::disk::{Disk, Handle, Stat};
use super::error::{Action, failed, text};
use super::names::{Names, Old};
use crate::record::Level;
use crate::sink::handoff::Handoff;
use crate::sync::plain::Ordering;

/// Names of files that may wait to be looked at; each is looked at as a whole, so one that finds no
/// place is caught up with the next time.
const WAITING: usize = 64;
const CHUNK: usize = 64 << 10;

/// Asks the thread to compress.
pub(super) struct Packer(Option<SyncSender<Names>>);

impl Packer {
    pub(super) const fn none() -> Self {
        Self(None)
    }

    /// Starts the thread. Without one old files stay as they are.
    pub(super) fn start(
        disk: &Arc<dyn Disk>,
        moves: &Arc<Mutex<()>>,
        handoff: &Arc<Handoff>,
    ) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let (disk, moves) = (Arc::clone(disk), Arc::clone(moves));
        let work = Work { disk, moves, handoff: Arc::clone(handoff) };
        let thread = Builder::new().name("ringvisor-gzip".into());
        // Left to itself: it ends with its work when the sink is gone.
        let started = thread.spawn(move || work.run(&receiver));
        Self(started.is_ok().then_some(sender))
    }

    /// Has the old files of that name compressed.
    pub(super) fn pack(&self, names: &Names) {
        if let Some(sender) = &self.0 {
            let _ = sender.try_send(names.clone());
        }
    }
}

struct Work {
    disk: Arc<dyn Disk>,
    moves: Arc<Mutex<()>>,
    handoff: Arc<Handoff>,
}

impl Work {
    fn run(&self, wishes: &Receiver<Names>) {
        let mut told = String::new();
        for names in wishes {
            // What cannot be compressed now is tried again after the next rotation.
            let result = loop {
                match self.pack_one(&names) {
                    Ok(true) => {}
                    result => break result,
                }
            };
            let result = result.map_err(failed(Action::Pack, names.live()));
            let Err(error) = result else { continue };
            self.handoff.counts.errors.fetch_add(1, Ordering::Relaxed);
            if told != text(&error) {
                told = text(&error);
                self.handoff.tell(Level::Warn, told.clone());
            }
        }
    }

    /// Compresses the oldest file that is not; false if there is none.
    fn pack_one(&self, names: &Names) -> io::Result<bool> {
        let held = self.moves.lock();
        let Some((old, stat)) = self.plain(names, None)? else { return Ok(false) };
        let plain = self.disk.read(&names.old(&old))?;
        drop(held);
        let part = names.beside(".gz.part");
        self.compress(plain, &part)?;
        // By now it may have another name or none, but what is in it has not changed.
        let _held = self.moves.lock();
        match self.plain(names, Some(stat.id))? {
            Some((old, _)) => {
                let packed = Old { mark: old.mark.clone(), is_packed: true };
                self.disk.rename(&part, &names.old(&packed))?;
                self.disk.remove(&names.old(&old))?;
            }
            None => self.disk.remove(&part)?,
        }
        Ok(true)
    }

    /// The oldest plain file, or the one with that identity.
    fn plain(&self, names: &Names, id: Option<(u64, u64)>) -> io::Result<Option<(Old, Stat)>> {
        let files = self.disk.list(names.dir())?.into_iter();
        let old = files.filter_map(|(name, stat)| Some((names.parse(&name)?, stat)));
        let plain = old.filter(|(old, stat)| !old.is_packed && id.is_none_or(|id| stat.id == id));
        Ok(plain.max_by(|(one, _), (two, _)| one.mark.cmp(&two.mark)))
    }

    fn compress(&self, mut from: Box<dyn Read>, part: &Path) -> io::Result<()> {
        let to = Sent(self.disk.open(part, true)?);
        let mut encoder = GzEncoder::new(to, Compression::default());
        let mut chunk = std::vec![0; CHUNK];
        loop {
            match from.read(&mut chunk)? {
                0 => break,
                len => encoder.write_all(&chunk[..len])?,
            }
        }
        encoder.finish().map(drop)
    }
}

/// A handle as `std` wants it.
struct Sent(Box<dyn Handle>);

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
