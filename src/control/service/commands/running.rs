//! A call of a command: what it says, as it comes, and how it ends.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::boxed::Box;
use std::string::{String, ToString};
use std::sync::Arc;

use hyper::body::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Sleep, sleep};

use crate::control::api::{CommandEnd, CommandEvent, CommandRun};
use crate::control::commands::{Piece, Said};
use crate::control::service::answer::json;
use crate::control::service::body::Outlet;
use crate::control::view::View;
use crate::supervise::TaskHandle;
use crate::supervise::status::Rough;

/// How much of what a command says one document holds, in bytes.
const WHOLE_MAX: usize = 1 << 20;

/// A call under way. Who drops it aborts it: nobody waits for it any more.
pub(super) struct Running {
    task: TaskHandle<Option<String>>,
    said: Arc<Said>,
    time: Time,
    /// Made where it is first waited for: it belongs to the server's runtime.
    deadline: Option<Pin<Box<Sleep>>>,
    end: Option<Result<Option<String>, String>>,
    _permit: OwnedSemaphorePermit,
}

/// When it began, and how long it may take.
pub(super) struct Time {
    pub(super) limit: Duration,
    /// On the clock of this view, in nanoseconds.
    pub(super) begun: u64,
    pub(super) clock: View,
}

/// What comes next of a command.
enum Next {
    Piece(Piece),
    End,
}

impl Running {
    pub(super) fn new(
        task: TaskHandle<Option<String>>,
        said: Arc<Said>,
        time: Time,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self { task, said, time, deadline: None, end: None, _permit: permit }
    }

    /// Everything at once, as far as one document can hold it.
    pub(super) async fn whole(mut self) -> CommandRun {
        let mut run = CommandRun::default();
        while let Next::Piece(piece) = self.next().await {
            let fits = run.said.len() + piece.text.len() <= WHOLE_MAX && run.lost == 0;
            if fits {
                run.said.push_str(&piece.text);
            } else {
                run.lost += piece.text.lines().count() as u64;
            }
            run.lost += piece.lost;
        }
        run.end = self.told();
        run
    }

    /// Each thing as it comes, in the words of `write`.
    pub(super) async fn tell(mut self, outlet: Outlet, write: fn(&CommandEvent) -> String) {
        loop {
            let next = self.next().await;
            let is_over = matches!(next, Next::End);
            let events = match next {
                Next::End => [Some(CommandEvent::Done(self.told())), None],
                Next::Piece(Piece { text, lost }) => [
                    (!text.is_empty()).then_some(CommandEvent::Said(text)),
                    (lost > 0).then_some(CommandEvent::Lost(lost)),
                ],
            };
            let words: String = events.iter().flatten().map(write).collect();
            if outlet.send(Bytes::from(words)).await.is_err() || is_over {
                return;
            }
        }
    }

    async fn next(&mut self) -> Next {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        if self.end.is_none() {
            if let Poll::Ready(end) = Pin::new(&mut self.task).poll(cx) {
                self.end = Some(end.map_err(|error| error.to_string()));
            }
        }
        // Who is over has said everything, so this comes behind that.
        if let Poll::Ready(piece) = self.said.poll_take(cx) {
            return Poll::Ready(Next::Piece(piece));
        }
        if self.end.is_some() {
            return Poll::Ready(Next::End);
        }
        let limit = self.time.limit;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(limit)));
        if deadline.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.task.abort();
        let text = "took longer than it may and was aborted; a thread that it blocks goes on";
        self.end = Some(Err(std::format!("{text}; limit {}", Rough(limit))));
        Poll::Ready(Next::End)
    }

    /// How it ended.
    fn told(&mut self) -> CommandEnd {
        let took = self.time.clock.now().mono_ns.saturating_sub(self.time.begun);
        let (result, error) = match self.end.clone() {
            Some(Ok(result)) => (result, None),
            Some(Err(error)) => (None, Some(error)),
            None => (None, None),
        };
        let (task, ok) = (self.task.name().to_string(), error.is_none());
        CommandEnd { task, ok, result, error, took_ms: took / 1_000_000 }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.end.is_none() {
            self.task.abort();
        }
    }
}

/// As a line for programs.
pub(super) fn as_line(event: &CommandEvent) -> String {
    std::format!("{}\n", json(event))
}

/// As people read it.
pub(super) fn as_text(event: &CommandEvent) -> String {
    match event {
        CommandEvent::Said(text) => text.clone(),
        CommandEvent::Lost(lost) => std::format!("-- {lost} lines lost: they came too fast --\n"),
        CommandEvent::Done(CommandEnd { result: Some(result), .. }) => std::format!("{result}\n"),
        CommandEvent::Done(CommandEnd { error: Some(error), .. }) => {
            std::format!("failed: {error}\n")
        }
        CommandEvent::Done(_) => String::new(),
    }
}
