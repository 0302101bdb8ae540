//! Records of the log: a page of them, all of them, or as they come.

mod ask;
mod events;
mod run;

use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;

use hyper::Response;
use hyper::body::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

use super::answer::{self, bad, json};
use super::body::{Body, Outlet};
use super::wants::Wants;
use super::{Asked, FOLLOWERS, Service};
use crate::control::api::{Code, Failure, Program};
use crate::pattern::Pattern;
use crate::stream::{FollowLines, Lines, Look, Query, RingStream};
use ask::{Ask, From};
use events::Event;

/// Which targets tell what happens to tasks and to levels.
pub(super) const EVENTS: &str = "ringvisor::*";

/// How many records are looked at before others have their turn: some 100 µs.
const BUDGET: usize = 4096;
/// How many bytes are sent at a time, and how many a page holds, about.
const PIECE: usize = 16 << 10;
const PAGE_BYTES: usize = 1 << 20;
/// How long, and how often, a follower looks again by himself before he lets a writer wake him, who
/// would pay a system call for it: by the first record after each pause of his.
const LINGER: Duration = Duration::from_millis(2);
const LINGERS: u32 = 16;
/// How often whoever follows hears that the connection lives.
const BEAT: Duration = Duration::from_secs(15);

impl Service {
    /// Records, of these targets only if that is said.
    pub(super) async fn logs(
        &self,
        mut asked: Asked<'_>,
        targets: Option<&str>,
    ) -> Result<Response<Body>, Failure> {
        let mut wants = asked.wants()?;
        let follows = asked.params.flag("follow")?;
        if targets.is_some() || follows {
            wants = Wants::Events;
        }
        let run = self.run_meant(&mut asked.params).await?;
        let last_id = asked.header("last-event-id").map(str::to_string);
        let mut ask = Ask::take(&mut asked.params, wants, last_id, self.view().now())?;
        asked.params.finish()?;
        if let Some(run) = run {
            ask.query = ask.query.run(run);
        }
        if let Some(targets) = targets {
            ask.query = ask.query.target(Pattern::glob(targets));
        }
        match wants {
            Wants::Json => self.log_page(ask).await,
            Wants::Lines => Ok(self.all_lines(ask, answer::LINES)),
            Wants::Text => Ok(self.all_lines(ask, answer::TEXT)),
            Wants::Events => self.follow(ask),
        }
    }

    /// As many records as a page holds.
    async fn log_page(&self, ask: Ask) -> Result<Response<Body>, Failure> {
        let stream = self.view().stream();
        let mut lines = begin(stream, &ask)?;
        let (mut records, mut count, mut more) = (String::new(), 0, true);
        while count < ask.limit && records.len() < PAGE_BYTES || lines.position().is_none() {
            let line = match lines.look(BUDGET) {
                Look::Line(line) => line,
                Look::Later => {
                    yield_now().await;
                    continue;
                }
                Look::End => {
                    more = false;
                    break;
                }
            };
            if Event::is_lost(&line) {
                continue;
            }
            records.push_str(if count == 0 { "" } else { "," });
            records.push_str(&line);
            count += 1;
        }
        let position = lines.position().map(|position| position.to_string()).unwrap_or_default();
        let lost = lines.lost();
        let data =
            std::format!("{{\"records\":[{records}],\"lost\":{lost},\"position\":\"{position}\"}}");
        Ok(self.enveloped_raw(&data, more.then_some(&*position)))
    }

    /// All lines that are there, as they are asked for by whoever takes them.
    fn all_lines(&self, ask: Ask, kind: &'static str) -> Response<Body> {
        let stream = self.view().stream().clone();
        let body = Body::pieces(|outlet| async move {
            // A position of another run shows all of this one.
            let lines = begin(&stream, &ask).unwrap_or_else(|_| ask.query.lines(&stream));
            send_all(lines, ask.limit, &outlet).await;
        });
        answer::of(kind, body)
    }

    /// Lines as they come, as events.
    fn follow(&self, ask: Ask) -> Result<Response<Body>, Failure> {
        let Ok(permit) = Arc::clone(&self.inner.followers).try_acquire_owned() else {
            let text = std::format!("{FOLLOWERS} follow already; end one of them");
            return Err(Failure::new(Code::Busy, text));
        };
        let (stream, program) = (self.view().stream().clone(), self.program());
        let body = Body::pieces(|outlet| follow(stream, ask, program, permit, outlet));
        let mut response = answer::of(answer::EVENTS, body);
        let no = hyper::header::HeaderValue::from_static("no");
        response.headers_mut().insert("x-accel-buffering", no);
        Ok(response)
    }

    /// Everything that is known, as JSON lines: the program, its health, its tasks, its log.
    pub(super) async fn dump(&self, asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        asked.params.finish()?;
        Ok(answer::of(answer::LINES, self.dumped().await?))
    }

    /// The same for whoever keeps it.
    pub(in crate::control) async fn dumped(&self) -> Result<Body, Failure> {
        let health = self.look(Self::healthy).await?;
        let head = std::format!(
            "{{\"program\":{}}}\n{{\"health\":{}}}\n",
            json(&self.program()),
            json(&health)
        );
        let service = self.clone();
        let body = Body::pieces(|outlet| async move {
            if outlet.send(Bytes::from(head)).await.is_err() {
                return;
            }
            if service.send_tasks(&outlet).await.is_none() {
                return;
            }
            let query = Query::new().format(crate::stream::Format::Json);
            let stream = service.view().stream();
            send_all(query.lines(stream), usize::MAX, &outlet).await;
        });
        Ok(body)
    }

    /// All tasks, page by page; `None` when nobody takes them any more.
    async fn send_tasks(&self, outlet: &Outlet) -> Option<()> {
        let mut after: Option<String> = None;
        loop {
            let from = after.take();
            let page = self.look(move |service| service.task_lines(from.as_deref())).await;
            // What cannot be shown is left out: the log behind it is worth more.
            let Ok((lines, last)) = page else { return Some(()) };
            outlet.send(Bytes::from(lines)).await.ok()?;
            let Some(last) = last else { return Some(()) };
            after = Some(last);
        }
    }
}

/// The lines that are asked for.
fn begin<'a>(stream: &'a RingStream, ask: &Ask) -> Result<Lines<'a>, Failure> {
    match &ask.from {
        From::Position(position) => ask.query.lines_from(stream, position).ok_or_else(|| {
            bad("that position is of another run of the program; leave it out to see this one")
        }),
        From::Oldest | From::Now => Ok(ask.query.lines(stream)),
    }
}

/// Sends lines in pieces until there are no more, or nobody takes them.
async fn send_all(mut lines: Lines<'_>, mut left: usize, outlet: &Outlet) {
    let mut piece = String::new();
    while left > 0 {
        match lines.look(BUDGET) {
            Look::Line(line) => {
                piece.push_str(&line);
                piece.push('\n');
                left -= 1;
            }
            Look::Later => yield_now().await,
            Look::End => break,
        }
        if piece.len() >= PIECE && outlet.send(core::mem::take(&mut piece).into()).await.is_err() {
            return;
        }
    }
    if !piece.is_empty() {
        // Nobody may be left to take it.
        _ = outlet.send(piece.into()).await;
    }
}

/// Sends events for as long as somebody takes them.
async fn follow(
    stream: RingStream,
    ask: Ask,
    program: Program,
    permit: OwnedSemaphorePermit,
    outlet: Outlet,
) {
    // Whoever follows counts until he is gone.
    let _permit = permit;
    let mut piece = String::new();
    let (begun, greeting) = match &ask.from {
        From::Position(position) => match stream.follow_from(position) {
            Some(follow) => (follow, "hello"),
            None => (stream.follow_from_oldest(), "restarted"),
        },
        From::Oldest => (stream.follow_from_oldest(), "hello"),
        From::Now => (stream.follow(), "hello"),
    };
    let mut lines = begun.matching(&ask.query);
    Event::new(greeting, &json(&program)).write(lines.position().as_ref(), &mut piece);
    loop {
        if outlet.send(core::mem::take(&mut piece).into()).await.is_err() {
            return;
        }
        match timeout(BEAT, next_line(&mut lines)).await {
            Ok(line) => Event::of_line(&line).write(lines.position().as_ref(), &mut piece),
            Err(_) => Event::beat().write(lines.position().as_ref(), &mut piece),
        }
        take_ready(&mut lines, &mut piece).await;
    }
}

/// The next line, looked for a few times before it is waited for.
async fn next_line(lines: &mut FollowLines<'_>) -> String {
    for _ in 0..LINGERS {
        match lines.look() {
            Look::Line(line) => return line,
            Look::Later => yield_now().await,
            Look::End => sleep(LINGER).await,
        }
    }
    lines.next_line().await
}

/// Takes what is there already, as much as one piece holds.
async fn take_ready(lines: &mut FollowLines<'_>, piece: &mut String) {
    while piece.len() < PIECE {
        match lines.look() {
            Look::Line(line) => Event::of_line(&line).write(lines.position().as_ref(), piece),
            Look::Later => yield_now().await,
            Look::End => return,
        }
    }
}
