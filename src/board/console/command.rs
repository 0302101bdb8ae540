//! What a line means.

use super::session::SHOWN;
use crate::record::LevelFilter;
use crate::supervise;

#[derive(Debug, PartialEq, Eq)]
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

impl<'a> Command<'a> {
    pub(super) fn parse(line: &'a str) -> Self {
        let mut words = line.split_ascii_whitespace();
        let Some(verb) = words.next() else { return Self::Nothing };
        let object = words.next();
        match (verb, object) {
            ("status" | "ps", None) => Self::Status,
            ("log", None) => Self::Log(SHOWN),
            ("log", Some(count)) => count.parse().map_or(Self::Unknown, Self::Log),
            ("follow", None) => Self::Follow,
            ("level", Some(level)) => level.parse().map_or(Self::Unknown, Self::Level),
            ("start", Some(name)) => Self::Task(supervise::Command::Start, name),
            ("stop", Some(name)) => Self::Task(supervise::Command::Stop, name),
            ("restart", Some(name)) => Self::Task(supervise::Command::Restart, name),
            ("kill", Some(name)) => Self::Task(supervise::Command::Kill, name),
            ("hold", Some(name)) => Self::Hold(true, name),
            ("release", Some(name)) => Self::Hold(false, name),
            ("last-boot", None) => Self::LastBoot,
            ("reset", None) => Self::Reset,
            ("help" | "?", None) => Self::Help,
            _ => Self::Unknown,
        }
    }
}
