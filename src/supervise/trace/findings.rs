//! What is wrong with the tasks, in words and with the evidence.

use core::fmt;
use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::record::TaskId;
use crate::supervise::State;
use crate::supervise::status::{Place, Rough};

/// What is known of one task, as far as anything can be concluded from it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// The task.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// What it does.
    pub state: State,
    /// Whether it may wait for as long as it likes.
    pub idle_ok: bool,
    /// How long ago it was polled last.
    pub idle: Option<Duration>,
    /// Whether it waits without having registered a waker.
    pub has_no_waker: bool,
    /// How often it kept its worker for longer than the threshold.
    pub hogged: u64,
    /// The longest of these, and where it waited before.
    pub longest: Option<(Duration, Option<Place>)>,
    /// In which function it was then, and at which place; where that could be seen.
    pub hogs_in: Option<(String, Option<Place>)>,
    /// Restarts within its budget's window, or since the last reset.
    pub restarts: u32,
    /// How many of those it may have.
    pub budget: Option<u32>,
    /// Since when it has shown no sign of life, of those that it said it would give.
    pub silent: Option<Duration>,
    /// How often it gives them.
    pub beat: Option<Duration>,
    /// How many of its remembered runs were ended because they gave none.
    pub fell_silent: u64,
    /// How often it panicked at one place, at most, and where.
    pub panics: Option<(u64, Place)>,
}

/// How often a runtime did not poll while no task of ours ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stalls {
    /// How often that was longer than the threshold.
    pub count: u64,
    /// The longest time.
    pub longest: Duration,
    /// For how long it has been so now.
    pub now: Option<Duration>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// The task; 0 where it is about none.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// What is wrong, and what to do about it.
    pub text: String,
    /// The command that shows it, without the program's name: `trace lost`.
    pub evidence: String,
}

/// What kind of thing is wrong, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// It waits, and nobody can wake it.
    NoWaker,
    /// It keeps a worker for too long.
    Hog,
    /// A runtime did not poll, and it was no task of ours that kept it from that.
    Stall,
    /// It panics again and again.
    Panics,
    /// It is restarted again and again.
    Storm,
    /// It gives no sign of life.
    Silent,
    /// It has not been woken for very long.
    Stuck,
}

/// How long a task may wait before that is worth a word.
pub const IDLE: Duration = Duration::from_secs(300);

/// How often a task panics at one place until that is worth a word.
const PANICS: u64 = 3;

/// How many restarts without a budget are worth a word.
const RESTARTS: u32 = 3;

/// How many beats a task may leave out.
const BEATS: u32 = 3;

/// What is wrong with these tasks, the worst first.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::supervise::State;
/// use ringvisor::supervise::trace::findings::{Facts, FindingKind, diagnose};
///
/// let mut lost = Facts::default();
/// lost.name = "lost".into();
/// lost.state = State::Running;
/// lost.idle = Some(Duration::from_secs(780));
/// let findings = diagnose(&[lost]);
/// assert_eq!(findings[0].kind, FindingKind::Stuck);
/// assert_eq!(
///     findings[0].to_string(),
///     "lost: not polled for 13 min. If it is idle by design, mark it idle_ok.   Evidence: trace lost"
/// );
/// ```
#[must_use]
pub fn diagnose(facts: &[Facts]) -> Vec<Finding> {
    let rules = [no_waker, hog, panics, storm, silent, stuck];
    let mut findings: Vec<Finding> = Vec::new();
    for facts in facts {
        let found: Vec<Finding> = rules.iter().filter_map(|rule| rule(facts)).collect();
        // Who can never be woken is not woken either: one cause, one finding.
        let lost = found.iter().any(|finding| finding.kind == FindingKind::NoWaker);
        findings.extend(found.into_iter().filter(|f| !lost || f.kind != FindingKind::Stuck));
    }
    sort(&mut findings);
    findings
}

/// The worst first.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.name.cmp(&b.name)));
}

impl Stalls {
    /// What is to be said of them; the finding is about no task, and its name is `runtime`.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        let how_often = match (self.count, self.now) {
            (0, _) => return None,
            (_, Some(now)) => format!("has not polled for {}", Rough(now)),
            (1, None) => format!("did not poll for {}", Rough(self.longest)),
            (count, None) => {
                format!("did not poll {count} times (longest {})", Rough(self.longest))
            }
        };
        let text = format!(
            "{how_often}, and no task of ours ran: something that is not supervised blocks its \
             workers, or nobody drives it."
        );
        let (kind, name) = (FindingKind::Stall, String::from("runtime"));
        Some(Finding { kind, task: TaskId(0), name, text, evidence: "ps".into() })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}   Evidence: {}", self.name, self.text, self.evidence)
    }
}

impl Facts {
    fn finding(&self, kind: FindingKind, text: String) -> Finding {
        let command = match kind {
            FindingKind::Storm => "runs",
            FindingKind::Silent => "status",
            _ => "trace",
        };
        let evidence = format!("{command} {}", self.name);
        Finding { kind, task: self.task, name: self.name.clone(), text, evidence }
    }

    fn waits(&self) -> bool {
        matches!(self.state, State::Running | State::Starting | State::Stopping)
    }
}

fn no_waker(facts: &Facts) -> Option<Finding> {
    let text = || {
        "it waits and registered no waker: nothing will ever wake it. That is a bug in \
                   what it awaits."
    };
    (facts.has_no_waker && facts.waits())
        .then(|| facts.finding(FindingKind::NoWaker, text().into()))
}

fn hog(facts: &Facts) -> Option<Finding> {
    let (longest, place) = facts.longest.as_ref().filter(|_| facts.hogged > 0)?;
    let polls = if facts.hogged == 1 { "poll" } else { "polls" };
    let place = match (&facts.hogs_in, place) {
        (Some((function, Some(place))), _) => format!(", in {function} at {place}"),
        (Some((function, None)), _) => format!(", in {function}"),
        (None, Some(place)) => format!(", after {place}"),
        (None, None) => String::new(),
    };
    let text = format!(
        "{} {polls} too long (longest {}{place}). It blocks a worker; move the work to a blocking \
         thread.",
        facts.hogged,
        Rough(*longest)
    );
    Some(facts.finding(FindingKind::Hog, text))
}

fn panics(facts: &Facts) -> Option<Finding> {
    let (count, place) = facts.panics.as_ref().filter(|(count, _)| *count >= PANICS)?;
    let text = format!("panicked {count} times at {place}.");
    Some(facts.finding(FindingKind::Panics, text))
}

fn storm(facts: &Facts) -> Option<Finding> {
    let limit = facts.budget.map_or(RESTARTS, |budget| budget.div_ceil(2).max(2));
    let of = facts.budget.map_or_else(String::new, |budget| format!(" of {budget} that it may"));
    let text =
        || format!("restarted {} times{of}; starting it again does not help.", facts.restarts);
    (facts.restarts >= limit).then(|| facts.finding(FindingKind::Storm, text()))
}

fn silent(facts: &Facts) -> Option<Finding> {
    let beat = facts.beat?;
    let silent =
        facts.silent.filter(|silent| facts.waits() && *silent > beat.saturating_mul(BEATS));
    let since = match (silent, facts.fell_silent) {
        (Some(silent), _) => format!("for {}", Rough(silent)),
        (None, 0) => return None,
        (None, 1) => "in time, so that its run was ended".into(),
        (None, count) => format!("in time, so that {count} of its runs were ended"),
    };
    let text = format!("no beat {since}; it beats every {}.", Rough(beat));
    Some(facts.finding(FindingKind::Silent, text))
}

fn stuck(facts: &Facts) -> Option<Finding> {
    let idle = facts.idle.filter(|idle| *idle >= IDLE && !facts.idle_ok && facts.waits())?;
    let text = format!("not polled for {}. If it is idle by design, mark it idle_ok.", Rough(idle));
    Some(facts.finding(FindingKind::Stuck, text))
}

#[cfg(test)]
mod tests;
