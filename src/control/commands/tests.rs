//! What is offered, and what a slow caller is told.

use core::future::poll_fn;
use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::{Caller, CommandError, Commands};
use crate::control::Peer;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

/// Why a call of `copy FROM COUNT PAUSE` with these arguments is refused.
fn refused(given: &[&str]) -> String {
    let commands = Commands::new();
    let copy = |_: Caller, _: String, _: u8, _: Option<Duration>| async {};
    commands.add("copy FROM COUNT PAUSE", copy).unwrap();
    let command = commands.find("copy").unwrap();
    command.prepare(&texts(given)).err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn arguments_are_checked_one_by_one() {
    let usage = "; usage: copy FROM COUNT [PAUSE]";
    assert_eq!(refused(&["a", "7"]), "");
    assert_eq!(refused(&["a", "7", "10s"]), "");
    assert_eq!(refused(&["a"]), std::format!("COUNT is missing{usage}"));
    assert_eq!(refused(&["a", "many"]), std::format!("COUNT is a u8, not \"many\"{usage}"));
    let time = "PAUSE is a time such as 250ms, 90s, 10m or 2h, not \"x\"";
    assert_eq!(refused(&["a", "7", "x"]), std::format!("{time}{usage}"));
    let extra = "there is no argument for \"more\"";
    assert_eq!(refused(&["a", "7", "1s", "more"]), std::format!("{extra}{usage}"));
}

#[test]
fn a_usage_has_to_fit_its_function() {
    let commands = Commands::new();
    let nothing = |_: Caller| async {};
    commands.add("drain - empties it", nothing).unwrap();
    assert_eq!(commands.add("drain", nothing), Err(CommandError::Taken("drain".into())));
    let usage = "fill QUEUE".to_string();
    assert_eq!(commands.add("fill QUEUE", nothing), Err(CommandError::Count { usage, takes: 0 }));
    for name in ["", " - about", "-x", "a/b", "a*"] {
        assert!(matches!(commands.add(name, nothing), Err(CommandError::Name(_))), "{name}");
    }
    assert!(commands.remove("drain") && commands.names().is_empty());
}

#[test]
fn there_is_a_bound_to_how_many() {
    let commands = Commands::new();
    for number in 0..super::MOST {
        commands.add(&std::format!("c{number}"), |_: Caller| async {}).unwrap();
    }
    assert_eq!(commands.add("more", |_: Caller| async {}), Err(CommandError::TooMany));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// What is told and what is said to be lost are all, whoever is how slow.
    #[test]
    fn no_line_is_lost_uncounted(lengths in prop::collection::vec(0..100_000_usize, 1..20)) {
        let (caller, said) = Caller::new(Peer::Mounted("test".into()));
        let (mut told, mut lost, all) = (0, 0, lengths.len() as u64);
        for (at, length) in lengths.into_iter().enumerate() {
            caller.say("x".repeat(length));
            if at % 5 == 4 {
                let piece = taken(&said);
                told += piece.text.lines().count() as u64;
                lost += piece.lost;
            }
            prop_assert!(said.held() <= super::caller::WAITING_MAX);
        }
        caller.say("end");
        let piece = taken(&said);
        told += piece.text.lines().count() as u64;
        prop_assert_eq!(told + lost + piece.lost, all + 1);
    }
}

fn taken(said: &super::Said) -> super::Piece {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(poll_fn(|cx| said.poll_take(cx)))
}
