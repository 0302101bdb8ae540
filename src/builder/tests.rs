//! What the environment and the sinks make of the levels.

use std::string::String;

use proptest::prelude::*;

use super::levels::Wanted;
use crate::record::LevelFilter;
use crate::stream::filter::Directives;

fn wanted(ring: &str, stderr: &str, stdout: &str) -> Wanted {
    let parse = |text| Directives::parse(text).unwrap();
    Wanted { ring: parse(ring), stderr: parse(stderr), stdout: parse(stdout) }
}

fn with(wanted: Wanted, set: &[(&str, &str)]) -> Wanted {
    let var = |name: &str| {
        let text = set.iter().find(|(known, _)| *known == name);
        Ok(text.map(|(_, text)| Directives::parse(text).unwrap()))
    };
    wanted.overridden(var).unwrap()
}

#[test]
fn the_environment_decides_before_the_program() {
    let program = || wanted("debug", "info", "off");
    assert_eq!(with(program(), &[]), program());
    assert_eq!(with(program(), &[("RUST_LOG", "warn")]), wanted("debug", "warn", "off"));
    let both = [("RUST_LOG", "warn"), ("RINGVISOR_STDERR", "trace")];
    assert_eq!(with(program(), &both), wanted("debug", "trace", "off"));
    assert_eq!(with(program(), &[("RINGVISOR_RING", "info")]), wanted("info", "info", "off"));
}

#[test]
fn what_the_program_switched_off_stays_off() {
    let set = [("RUST_LOG", "trace"), ("RINGVISOR_STDERR", "trace")];
    assert_eq!(with(wanted("debug", "off", "info"), &set), wanted("debug", "off", "trace"));
}

proptest! {
    #[test]
    fn the_ring_lets_in_what_itself_or_a_sink_wants(
        ring in directives(), stderr in directives(), stdout in directives(), target in target(),
    ) {
        let one = wanted(&ring, &stderr, &stdout);
        let raised = one.clone().raise_ring();
        let levels = [&one.ring, &one.stderr, &one.stdout];
        let expected = levels.map(|levels| levels.level_for(&target)).into_iter().max();
        prop_assert_eq!(Some(raised.ring.level_for(&target)), expected);
        prop_assert_eq!((raised.stderr, raised.stdout), (one.stderr, one.stdout));
    }
}

fn target() -> impl Strategy<Value = String> {
    "[ab]{1,4}"
}

fn directives() -> impl Strategy<Value = String> {
    let one = (prop::option::of("[ab]{1,3}"), 0_u8..6).prop_map(|(target, level)| match target {
        Some(target) => std::format!("{target}={level}"),
        None => std::format!("{level}"),
    });
    prop::collection::vec(one, 0..4).prop_map(|list| list.join(","))
}

#[test]
fn the_default_of_nothing_is_off() {
    let raised = wanted("", "", "a=info").raise_ring();
    assert_eq!(raised.ring.level_for("a"), LevelFilter::Info);
    assert_eq!(raised.ring.level_for("b"), LevelFilter::Off);
}
