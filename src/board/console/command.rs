//! What a line means.

use super::session::SHOWN;
use crate::record::LevelFilter;
use crate::supervise;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    Nothing,
    Status,
    Log(u32),
    Follow,
    Level(LevelFilter),
    Task(supervise::Command, &'a str),
    Hold(bool, &'a str),
    LastBoot,
    Reset,
    Help,
    Unknown,
}

/// What a line may begin with, and whether something has to follow.
const VERBS: [(&str, Verb); 14] = [
    ("status", Verb::Alone(Command::Status)),
    ("ps", Verb::Alone(Command::Status)),
    ("follow", Verb::Alone(Command::Follow)),
    ("last-boot", Verb::Alone(Command::LastBoot)),
    ("reset", Verb::Alone(Command::Reset)),
    ("help", Verb::Alone(Command::Help)),
    ("?", Verb::Alone(Command::Help)),
    ("start", Verb::Task(supervise::Command::Start)),
    ("stop", Verb::Task(supervise::Command::Stop)),
    ("restart", Verb::Task(supervise::Command::Restart)),
    ("kill", Verb::Task(supervise::Command::Kill)),
    ("hold", Verb::Hold(true)),
    ("release", Verb::Hold(false)),
    ("log", Verb::Log),
];

enum Verb {
    Alone(Command<'static>),
    Task(supervise::Command),
    Hold(bool),
    Log,
}

impl<'a> Command<'a> {
    pub(super) fn parse(line: &'a str) -> Self {
        let (verb, rest) = word(line);
        let Some(verb) = verb else { return Self::Nothing };
        let (object, _) = word(rest);
        if let ("level", Some(level)) = (verb, object) {
            return level.parse().map_or(Self::Unknown, Self::Level);
        }
        let known = VERBS.iter().find(|(known, _)| *known == verb).map(|(_, verb)| verb);
        match (known, object) {
            (Some(Verb::Alone(command)), None) => *command,
            (Some(Verb::Task(command)), Some(name)) => Self::Task(*command, name),
            (Some(Verb::Hold(on)), Some(name)) => Self::Hold(*on, name),
            (Some(Verb::Log), None) => Self::Log(SHOWN),
            (Some(Verb::Log), Some(count)) => count.parse().map_or(Self::Unknown, Self::Log),
            _ => Self::Unknown,
        }
    }
}

/// The first word of a line, and what stands behind it.
#[inline(never)]
fn word(line: &str) -> (Option<&str>, &str) {
    let mut bytes = line.bytes().enumerate().skip_while(|(_, byte)| *byte == b' ');
    let Some((start, _)) = bytes.next() else { return (None, "") };
    let end = bytes.find(|(_, byte)| *byte == b' ').map_or(line.len(), |(end, _)| end);
    (line.get(start..end), line.get(end..).unwrap_or_default())
}
