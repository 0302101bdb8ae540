//! Making a stream in a `static` the program's logger.

use core::num::NonZero;

use log::SetLoggerError;

use super::{RingStream, hints};
use crate::record::LevelFilter;
use crate::ring::Storage;

impl<S: Storage> RingStream<S> {
    /// Makes this stream the logger of the `log` macros, with `max` as the most verbose level that
    /// passes. Works where `log::set_logger` does not exist (Cortex-M0).
    ///
    /// Without `std`, key-values are left out and their lines end with `…`: to render them takes
    /// 9 KB of flash, so put them into the text.
    ///
    /// # Errors
    ///
    /// If there is a logger already; then nothing has changed.
    ///
    /// ```
    /// use ringvisor::record::LevelFilter;
    /// use ringvisor::ring::Inline;
    /// use ringvisor::stream::RingStream;
    ///
    /// static LOG: RingStream<Inline<8, 128>> = RingStream::new();
    ///
    /// LOG.install(LevelFilter::Info)?;
    /// log::info!("the board is up");
    /// log::debug!("not seen");
    /// let newest = LOG.newest_first().next().map(|record| record.message.to_owned());
    /// assert_eq!(newest.as_deref(), Some("the board is up"));
    /// # Ok::<(), log::SetLoggerError>(())
    /// ```
    pub fn install(&'static self, max: LevelFilter) -> Result<(), SetLoggerError> {
        hints::set_logger(self)?;
        // So that a dump of the memory can be read, whatever becomes of the program.
        self.core.state.prepare(&self.core);
        let rate = self.core.clock.frequency_hint().map_or(0, NonZero::get);
        self.core.storage.region().set_rate(rate);
        self.set_max_level(max);
        Ok(())
    }
}
