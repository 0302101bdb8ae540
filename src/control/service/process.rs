//! The process as a whole: whether it lives, whether it is ready, what is wrong with it.

use core::ops::ControlFlow;
use core::time::Duration;
use std::collections::HashSet;
use std::string::{String, ToString};
use std::vec::Vec;

use hyper::{Response, StatusCode};

use super::answer::{date, text};
use super::body::Body;
use super::wants::{self, Wants};
use super::{Asked, Service};
use crate::control::api::{self, Failure, Finding, Health, Levels, Ring, RuntimeTasks};
use crate::record::Time;
use crate::stream::Entry;
use crate::supervise::status::{
    Condition, Header, Kind, Look, Rough, Screen, Snapshot, Tally, Twig,
};
use crate::supervise::{PAGE, Select};

/// How long tasks are waited for that were asked where they are.
const ASKING: Duration = Duration::from_millis(500);

/// Conditions in which a task that is wanted does not do its work.
const NOT_READY: [Condition; 8] = [
    Condition::Late,
    Condition::Stuck,
    Condition::Starting,
    Condition::Aborting,
    Condition::Detached,
    Condition::Backoff,
    Condition::Failed,
    Condition::Dead,
];

/// All tasks at a glance.
#[derive(Default)]
struct Overview {
    tally: Tally,
    /// Those that somebody described, and those that are bad: the tree of the status page.
    shown: Vec<Snapshot>,
    /// How many more there would be to show.
    hidden: u64,
    not_ready: Vec<String>,
}

impl Overview {
    fn take(&mut self, task: Snapshot) {
        self.tally.add(&task);
        let condition = Condition::of(&task);
        let is_described = task.kind != Kind::Once;
        if is_described && NOT_READY.contains(&condition) && self.not_ready.len() < PAGE {
            self.not_ready.push(task.name.to_string());
        }
        if !(is_described || condition.is_bad() || task.state.is_alive()) {
            return;
        }
        if self.shown.len() < PAGE { self.shown.push(task) } else { self.hidden += 1 }
    }
}

impl Service {
    pub(super) fn live(&self, asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        asked.params.finish()?;
        Ok(text("ok\n"))
    }

    /// 200 if everything that is wanted is up, else 503; the body names what is not.
    pub(super) async fn ready(&self, mut asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        let wants = asked.wants()?;
        asked.params.finish()?;
        let health = self.look(Self::healthy).await?;
        let mut response = match wants {
            Wants::Text if health.ready => text("ready\n"),
            Wants::Text => text(std::format!("not ready: {}\n", health.not_ready.join(", "))),
            _ => self.enveloped(&health),
        };
        if !health.ready {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        Ok(response)
    }

    /// The process, and as text its tasks too.
    pub(super) async fn status(&self, mut asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        let wants = asked.wants()?;
        let look = wants::look(&mut asked.params, self.view().seen())?;
        asked.params.finish()?;
        self.look(move |service| {
            let (health, overview) = service.health()?;
            if wants == Wants::Text {
                return Ok(text(service.page_of(&health, overview, look)));
            }
            Ok(service.enveloped(&health))
        })
        .await
    }

    pub(super) fn ring(&self, asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        asked.params.finish()?;
        Ok(self.enveloped(&self.state_of_ring()))
    }

    pub(super) fn levels(&self, asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        asked.params.finish()?;
        let levels = self.view().stream().levels().to_string();
        Ok(self.enveloped(&Levels { levels }))
    }

    /// What somebody should look at.
    pub(super) async fn diagnose(&self, mut asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        let wants = asked.wants()?;
        asked.params.finish()?;
        let found = self.view().findings(ASKING).await;
        self.look(move |service| {
            let mut findings: Vec<Finding> = found.into_iter().take(PAGE).map(told).collect();
            // A selection of all is never empty.
            _ = service.view().each(Select::All, |task| {
                let is_told = findings.iter().any(|finding| *finding.task == *task.name);
                if findings.len() < PAGE && !is_told {
                    findings.extend(finding(&task));
                }
            });
            Ok(if wants == Wants::Text {
                text(report(&findings))
            } else {
                service.enveloped(&findings)
            })
        })
        .await
    }

    pub(super) fn healthy(&self) -> Result<Health, Failure> {
        self.health().map(|(health, _)| health)
    }

    fn health(&self) -> Result<(Health, Overview), Failure> {
        let mut overview = Overview::default();
        self.view().each(Select::All, |task| overview.take(task)).map_err(super::tasks::nothing)?;
        let runtime = self.view().runtime().map(|runtime| RuntimeTasks {
            alive: runtime.alive,
            unsupervised: runtime.unsupervised,
        });
        let count = |condition: Condition| {
            let count = overview.tally.count(condition);
            (count > 0).then(|| (condition.word().trim_end_matches('?').to_string(), count))
        };
        let health = Health {
            ready: overview.not_ready.is_empty(),
            not_ready: core::mem::take(&mut overview.not_ready),
            tally: api::Tally(Condition::ALL.into_iter().filter_map(count).collect()),
            runtime,
            ring: self.state_of_ring(),
        };
        Ok((health, overview))
    }

    pub(super) fn state_of_ring(&self) -> Ring {
        let stream = self.view().stream();
        let stats = stream.stats();
        Ring {
            bytes: stats.bytes as u64,
            used: stats.used as u64,
            written: stats.written,
            rejected: stats.rejected,
            truncated: stats.truncated,
            strings_refused: stats.strings_refused,
            oldest: self.oldest().map(date),
            max_level: stream.max_level().as_str().to_string(),
            position: stream.cursor_at_end().position().to_string(),
        }
    }

    /// When the oldest record that is still there was written.
    fn oldest(&self) -> Option<Time> {
        let mut cursor = self.view().stream().cursor();
        // Losses may come first, but not for ever.
        let first = (0..4).try_for_each(|_| match cursor.next() {
            Some(Entry::Record(record)) => ControlFlow::Break(Some(record.time)),
            Some(Entry::Lost(_)) => ControlFlow::Continue(()),
            None => ControlFlow::Break(None),
        });
        first.break_value().flatten()
    }

    /// The status page.
    fn page_of(&self, health: &Health, overview: Overview, look: Look) -> String {
        let mut page = String::new();
        let header = self.header(health, overview.tally);
        // Writing to a string does not fail.
        _ = match self.view().past() {
            None => Screen::new(look.clone(), &mut page).header(&header),
            Some(past) => {
                let end = past.ending(self.view().now());
                Screen::new(look.clone(), &mut page).header_of_past(&header, &end)
            }
        };
        let tasks = as_tree(overview.shown);
        if !tasks.is_empty() {
            page.push('\n');
        }
        let plain = look.clone();
        let mut screen = Screen::new(look, &mut page);
        for (task, twig) in &tasks {
            _ = screen.row(task, *twig);
        }
        if overview.hidden > 0 {
            page.push_str(&std::format!("{} more\n", overview.hidden));
        }
        for words in self.view().past().into_iter().flat_map(|past| &past.tasks.heard) {
            _ = Screen::new(plain.clone(), &mut page).hearsay(words);
        }
        page
    }

    fn header(&self, health: &Health, tally: Tally) -> Header {
        Header {
            name: self.view().name().to_string().into(),
            pid: self.view().pid(),
            started: self.view().started(),
            tally,
            runtime: self.view().runtime(),
            ring: self.ring_in_words(&health.ring),
            health: in_words(health),
        }
    }

    fn ring_in_words(&self, ring: &Ring) -> String {
        let mib = ring.bytes as f64 / f64::from(1 << 20);
        let now = self.view().seen();
        let holds = self.oldest().map(|oldest| {
            let age = core::time::Duration::from_nanos(now.mono_ns.saturating_sub(oldest.mono_ns));
            std::format!(", holds the last {}", Rough(age))
        });
        let holds = holds.unwrap_or_default();
        std::format!(
            "{mib:.1} MiB, {}% full, {} records written{holds}; {} refused",
            ring.percent(),
            ring.written,
            ring.rejected
        )
    }
}

fn in_words(health: &Health) -> String {
    if health.ready {
        return String::from("ready");
    }
    let few: Vec<&str> = health.not_ready.iter().take(5).map(String::as_str).collect();
    let more = health.not_ready.len().saturating_sub(few.len());
    let more = if more > 0 { std::format!(" and {more} more") } else { String::new() };
    std::format!("not ready: {}{more}", few.join(", "))
}

/// Tasks below their groups, each with its place in the tree.
fn as_tree(mut tasks: Vec<Snapshot>) -> Vec<(Snapshot, Twig)> {
    tasks.sort_by(|a, b| a.name.split('/').cmp(b.name.split('/')));
    let mut seen: HashSet<String> = HashSet::new();
    let mut tree: Vec<_> = Vec::with_capacity(tasks.len());
    for task in tasks.into_iter().rev() {
        let group = task.group.to_string();
        let depth = if group.is_empty() { 0 } else { group.split('/').count() };
        let depth = u8::try_from(depth).unwrap_or(u8::MAX);
        let is_last = seen.insert(group);
        tree.push((task, Twig { depth, is_last }));
    }
    tree.reverse();
    tree
}

/// What the tasks' own tracebacks say, as it crosses the socket.
fn told(found: crate::supervise::trace::findings::Finding) -> Finding {
    // A report ends each text itself.
    let text = found.text.trim_end_matches('.').to_string();
    Finding { task: found.name, text, evidence: found.evidence }
}

/// What is wrong with a task, if anything is.
fn finding(task: &Snapshot) -> Option<Finding> {
    let condition = Condition::of(task);
    if !condition.is_bad() {
        return None;
    }
    let why = task.failure.as_ref().map(|failure| std::format!(": {failure}")).unwrap_or_default();
    let text = match condition {
        Condition::Stuck => std::format!("not seen moving{}", since_wake(task)),
        Condition::Backoff => {
            let count = task.attempt.saturating_add(1);
            std::format!("fails and is restarted, for the {count}. time now{why}")
        }
        Condition::Dead => std::format!("restarting it has not helped{why}"),
        Condition::Failed => std::format!("failed{why}"),
        Condition::Detached => String::from("cannot be aborted; it holds a thread"),
        other => std::format!("{other}"),
    };
    let verb = if condition == Condition::Stuck { "where" } else { "trace" };
    let evidence = std::format!("{verb} {}", task.name);
    Some(Finding { task: task.name.to_string(), text, evidence })
}

fn since_wake(task: &Snapshot) -> String {
    let words = |age| {
        std::format!(": not woken for {}. If that is as it should be, mark it idle_ok", Rough(age))
    };
    task.last_wake.map(words).unwrap_or_default()
}

fn report(findings: &[Finding]) -> String {
    let s = if findings.len() == 1 { "" } else { "s" };
    let mut report = std::format!("{} finding{s}\n", findings.len());
    for (at, Finding { task, text, evidence }) in findings.iter().enumerate() {
        report.push_str(&std::format!(" {} {task}: {text}.   Evidence: {evidence}\n", at + 1));
    }
    report
}
