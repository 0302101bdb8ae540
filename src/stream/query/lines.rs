//! The lines of a query, one by one: those that are there, and those that come.

use core::fmt;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::collections::VecDeque;
use std::string::String;

use futures_core::Stream;

use super::scan::Scan;
use crate::ring::{Heap, Storage};
use crate::stream::cursor::Cursor;
use crate::stream::follow::{Follow, block_on};
use crate::stream::merge::Next;
use crate::stream::position::Position;

/// The lines of a query that are there; see [`Query::lines`](super::Query::lines).
pub struct Lines<'a, S: Storage = Heap> {
    cursor: Cursor<'a, S>,
    scan: Scan,
    /// Lines that are found and not delivered.
    ready: VecDeque<String>,
}

/// The lines of a query as they come; see [`Follow::matching`].
///
/// As a [`Stream`] of `String` it never ends. Records that were lost are told in place, by a line.
pub struct FollowLines<'a, S: Storage = Heap> {
    follow: Follow<'a, S>,
    scan: Scan,
    /// Lines that are found and not delivered.
    ready: VecDeque<String>,
}

/// How many records are looked at before other tasks of the thread have their turn: some 100 µs.
const BUDGET: usize = 4096;

impl<'a, S: Storage> Lines<'a, S> {
    pub(super) fn new(cursor: Cursor<'a, S>, scan: Scan) -> Self {
        Self { cursor, scan, ready: VecDeque::new() }
    }

    /// Records that matched so far.
    pub fn found(&self) -> usize {
        self.scan.found
    }

    /// Records lost so far.
    pub fn lost(&self) -> u64 {
        self.cursor.lost()
    }

    /// Where to go on so that nothing is missed and nothing comes twice; `None` while lines are found
    /// that were not delivered.
    pub fn position(&self) -> Option<Position> {
        self.ready.is_empty().then(|| self.cursor.position())
    }

    /// The next line, after a look at no more than `most` records: for a thread that has other
    /// things to do too.
    pub fn look(&mut self, most: usize) -> Look {
        let mut left = most;
        while self.ready.is_empty() && !self.scan.is_complete() {
            if left == 0 {
                return Look::Later;
            }
            left -= 1;
            match self.cursor.advance_to_end() {
                // A queue takes every line.
                Next::Nothing => {
                    let _ = self.scan.finish(&mut self.cursor, &mut self.ready);
                    break;
                }
                next => drop(self.scan.take(next, &mut self.cursor, &mut self.ready)),
            }
        }
        self.ready.pop_front().map_or(Look::End, Look::Line)
    }
}

/// What [`Lines::look`] or [`FollowLines::look`] has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// The next line.
    Line(String),
    /// Nothing yet; there may be more.
    Later,
    /// There is no more, for now where one follows.
    End,
}

impl<S: Storage> Iterator for Lines<'_, S> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            match self.look(usize::MAX) {
                Look::Line(line) => return Some(line),
                Look::Later => {}
                Look::End => return None,
            }
        }
    }
}

impl<'a, S: Storage> FollowLines<'a, S> {
    pub(super) fn new(follow: Follow<'a, S>, scan: Scan) -> Self {
        Self { follow, scan, ready: VecDeque::new() }
    }

    /// The next line.
    ///
    /// Cancel safe: a line is either returned or still there.
    pub async fn next_line(&mut self) -> String {
        poll_fn(|context| self.poll_line(context)).await
    }

    /// The same, blocking the thread.
    pub fn wait_line(&mut self) -> String {
        block_on(|context| self.poll_line(context))
    }

    /// The next line; where there is none, the task of `context` is woken when there may be one.
    ///
    /// Records that do not match are passed over here, undecoded where possible, and wake nobody
    /// who waits for the line.
    pub fn poll_line(&mut self, context: &mut Context<'_>) -> Poll<String> {
        let mut budget = BUDGET;
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Poll::Ready(line);
            }
            if self.follow.poll_ready(context).is_pending() {
                return Poll::Pending;
            }
            self.advance(&mut budget);
            if budget == 0 && self.ready.is_empty() {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
    }

    /// The next line, if it is there already. Nobody is woken later, so that no writer pays for a
    /// follower who looks again by himself.
    pub fn look(&mut self) -> Look {
        let mut budget = BUDGET;
        self.advance(&mut budget);
        match self.ready.pop_front() {
            Some(line) => Look::Line(line),
            None if budget == 0 => Look::Later,
            None => Look::End,
        }
    }

    /// Records lost so far.
    pub fn lost(&self) -> u64 {
        self.follow.lost()
    }

    /// Where to go on so that nothing is missed and nothing comes twice; `None` while lines are found
    /// that were not delivered.
    pub fn position(&mut self) -> Option<Position> {
        self.ready.is_empty().then(|| self.follow.cursor().position())
    }

    /// Takes what is there, up to the next line.
    fn advance(&mut self, budget: &mut usize) {
        let cursor = self.follow.cursor();
        while *budget > 0 && self.ready.is_empty() {
            match cursor.advance() {
                Next::Nothing => return,
                // A queue takes every line.
                next => drop(self.scan.take(next, cursor, &mut self.ready)),
            }
            *budget -= 1;
        }
    }
}

/// Nothing in it is ever pinned.
impl<S: Storage> Unpin for FollowLines<'_, S> {}

impl<S: Storage> Stream for FollowLines<'_, S> {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
        self.get_mut().poll_line(context).map(Some)
    }
}

impl<S: Storage> fmt::Debug for Lines<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

impl<S: Storage> fmt::Debug for FollowLines<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowLines").field("follow", &self.follow).finish_non_exhaustive()
    }
}
