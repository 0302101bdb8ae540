//! The lines that match a pattern.

use core::fmt::Write;

use crate::pattern::Pattern;
use crate::ring::Storage;

use super::RingStream;
use super::follow::Follow;
use super::query::{FollowLines, GrepError, Query};

impl<S: Storage> RingStream<S> {
    /// Writes the lines of [`cat`](Self::cat) that `pattern` matches and returns how many records
    /// that were. The pattern is a text as [`Pattern::parse`] reads it, several of them of which
    /// one has to match, or a [`Pattern`].
    ///
    /// ```
    /// use ringvisor::stream::{Config, GrepError};
    ///
    /// let stream = Config::new().build()?;
    /// # log::Log::log(&stream, &log::Record::builder().level(log::Level::Info)
    /// #     .args(format_args!("LED 2 toggled")).build());
    /// let mut text = String::new();
    /// assert_eq!(stream.grep("LED", &mut text)?, 1);
    /// assert_eq!(stream.grep(["*fault", "/[0-9] toggled/"], &mut text)?, 1);
    /// assert!(matches!(stream.grep("/LED (/", &mut text), Err(GrepError::Pattern(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A pattern that cannot be used, shown with the place; and those of `out`.
    pub fn grep<P, W>(&self, pattern: P, out: &mut W) -> Result<usize, GrepError>
    where
        P: TryInto<Pattern>,
        GrepError: From<P::Error>,
        W: Write + ?Sized,
    {
        let query = Query::new().grep(pattern.try_into()?);
        Ok(query.write_to(self, out)?)
    }
}

impl<'a, S: Storage> Follow<'a, S> {
    /// The lines of what comes, as far as `query` asks for them. With
    /// [`last`](Query::last) the last so many that match by now come first.
    ///
    /// ```
    /// use ringvisor::pattern::Pattern;
    /// use ringvisor::stream::{Config, Query};
    ///
    /// let stream = Config::new().name("demo").build()?;
    /// # let say = |text: &str| {
    /// #     log::Log::log(&stream, &log::Record::builder().level(log::Level::Info)
    /// #         .args(format_args!("{text}")).build());
    /// # };
    /// say("block 1 stored");
    /// let stored = Query::new().grep(Pattern::parse("stored")?).last(10);
    /// let mut lines = stream.follow().matching(&stored);
    /// say("block 2 read");
    /// say("block 2 stored");
    ///
    /// assert!(lines.wait_line().ends_with("[demo] [INFO] block 1 stored"));
    /// assert!(lines.wait_line().ends_with("[demo] [INFO] block 2 stored"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matching(self, query: &Query) -> FollowLines<'a, S> {
        query.follow(self)
    }
}
