//! The grammar against the two implementations that define it, and against itself.

use std::ffi::OsStr;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::{DirectiveErrorKind as Kind, Directives};
use crate::record::{Level, LevelFilter};

/// Names of which many are prefixes of others, some at the border of a path segment, some not.
fn target() -> impl Strategy<Value = String> {
    prop_oneof!["[ab]{1,3}", "(a|ab)(::(a|b|é)){1,2}", Just("info::a".into()), Just("a-b".into())]
}

fn level_name() -> impl Strategy<Value = String> {
    "off|error|warn|info|debug|trace|INFO|Warn|tRACE"
}

/// A directive that all of us read alike.
fn shared_directive() -> impl Strategy<Value = String> {
    prop_oneof![
        level_name(),
        target(),
        (target(), level_name()).prop_map(|(target, level)| format!("{target}={level}")),
    ]
}

fn joined(directive: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(directive, 1..7).prop_map(|parts| parts.join(","))
}

/// Everything that is valid in `env_logger` and here.
fn env_logger_list() -> impl Strategy<Value = String> {
    let everything = target().prop_map(|target| format!("{target}="));
    let spaced = (target(), level_name()).prop_map(|(target, level)| format!("{target}= {level}"));
    let directive = prop_oneof![3 => shared_directive(), 1 => everything, 1 => spaced];
    let padded = (directive, "[ \t]{0,2}", "[ \t]{0,2}")
        .prop_map(|(directive, before, after)| format!("{before}{directive}{after}"));
    joined(prop_oneof![4 => padded, 1 => "[ ]{0,2}"])
}

/// Everything that is valid in `Targets` and here.
fn targets_list() -> impl Strategy<Value = String> {
    let number = "[0-5]";
    let numbered = (target(), number).prop_map(|(target, level)| format!("{target}={level}"));
    joined(prop_oneof![4 => shared_directive(), 1 => number, 1 => numbered])
}

/// Lists over the grammar's own characters, most of them faulty.
fn any_list() -> impl Strategy<Value = String> {
    prop_oneof!["[a:=, /\\[\\]{}3é]{0,12}", "(info|a|=|,|b=warn| |9|\\[x\\]){0,8}", any::<String>()]
}

fn built_list() -> impl Strategy<Value = Directives> {
    let entries = prop::collection::vec((target(), any_level()), 0..6);
    (prop::option::of(any_level()), entries).prop_map(|(default, entries)| {
        let mut directives = Directives { default, targets: Vec::new() };
        for (target, level) in entries {
            directives.set(&target, level).unwrap();
        }
        directives
    })
}

fn any_level() -> impl Strategy<Value = LevelFilter> {
    (0..6_u8).prop_map(LevelFilter::from_u8)
}

fn passes(directives: &Directives, target: &str) -> Vec<bool> {
    let filter = directives.level_for(target);
    Level::ALL.iter().map(|level| *level <= filter).collect()
}

proptest! {
    #[test]
    fn decides_as_env_logger_does(list in env_logger_list(), target in target()) {
        let ours = Directives::parse(&list).unwrap();
        prop_assume!(!ours.is_empty());
        let theirs = env_filter::Builder::new().try_parse(&list).unwrap().build();
        let metadata = |level| log::Metadata::builder().target(&target).level(level).build();
        let decisions: Vec<_> = log::Level::iter().map(|it| theirs.enabled(&metadata(it))).collect();
        prop_assert_eq!(passes(&ours, &target), decisions);
        prop_assert_eq!(ours.max_level() as usize, theirs.filter() as usize);
    }

    #[test]
    fn decides_as_targets_does(list in targets_list(), target in target()) {
        use tracing_core::Level as Their;
        let ours = Directives::parse(&list).unwrap();
        let theirs: tracing_subscriber::filter::Targets = list.parse().unwrap();
        let levels = [Their::ERROR, Their::WARN, Their::INFO, Their::DEBUG, Their::TRACE];
        let decisions: Vec<_> = levels.iter().map(|it| theirs.would_enable(&target, it)).collect();
        prop_assert_eq!(passes(&ours, &target), decisions);
    }

    #[test]
    fn display_parses_back(directives in built_list()) {
        prop_assert_eq!(Directives::parse(&directives.to_string()), Ok(directives));
    }

    #[test]
    fn what_parses_displays_and_parses_back(list in any_list()) {
        let (directives, _) = Directives::parse_lossy(&list);
        prop_assert_eq!(Directives::parse(&directives.to_string()), Ok(directives));
    }

    #[test]
    fn strict_and_lossy_agree(list in any_list()) {
        let (directives, errors) = Directives::parse_lossy(&list);
        let first = errors.first().cloned();
        prop_assert_eq!(Directives::parse(&list), first.map_or(Ok(directives), Err));
    }

    #[test]
    fn errors_show_directive_and_place(list in any_list()) {
        for error in Directives::parse_lossy(&list).1 {
            prop_assert_eq!(error.text(), &list);
            prop_assert!(!error.directive().is_empty() && list.contains(error.directive()));
            prop_assert!((1..=list.chars().count()).contains(&error.column()));
            let at = list.chars().skip(error.column() - 1).collect::<String>();
            let directive = list.find(error.directive()).unwrap();
            prop_assert!(list.len() - at.len() >= directive);
        }
    }

    #[test]
    fn no_fault_hides_a_sound_directive(sound in env_logger_list(), faulty in "(a=loud|=info|a=b=c|9)") {
        let (directives, errors) = Directives::parse_lossy(&format!("{faulty},{sound},{faulty}"));
        prop_assert_eq!(Ok(directives), Directives::parse(&sound));
        prop_assert_eq!(errors.len(), 2);
    }

    #[test]
    fn max_level_bounds_every_target(directives in built_list(), target in target()) {
        prop_assert!(directives.level_for(&target) <= directives.max_level());
    }

    #[test]
    fn set_then_remove_leaves_the_rest(before in built_list(), target in target(), level in any_level()) {
        let mut directives = before.clone();
        directives.set(&target, level).unwrap();
        prop_assert_eq!(directives.level_for(&target), level);
        prop_assert_eq!(directives.remove(&target), Some(level));
        prop_assert_eq!(directives.remove(&target), None);
        let mut without = before;
        without.remove(&target);
        prop_assert_eq!(directives, without);
    }

    #[test]
    fn set_takes_exactly_what_a_directive_can_name(target in any_list()) {
        let mut directives = Directives::at(LevelFilter::Off);
        let set = directives.set(&target, LevelFilter::Debug);
        let expected = Directives::parse(&format!("off,{target}=debug"));
        let named = expected.is_ok_and(|it| it.iter().any(|(name, _)| name == Some(&target)));
        prop_assert_eq!(set.is_ok(), named, "{:?}", set);
    }
}

#[test]
fn faults_are_told_apart() {
    let fault = |text: &str| {
        let error = Directives::parse(text).unwrap_err();
        (error.directive().to_string(), error.column(), error.kind())
    };
    assert_eq!(fault("info, é= loud"), ("é= loud".into(), 10, Kind::NotALevel));
    assert_eq!(fault("9"), ("9".into(), 1, Kind::NotALevel));
    assert_eq!(fault("a=6"), ("a=6".into(), 3, Kind::NotALevel));
    assert_eq!(fault("info,=debug"), ("=debug".into(), 6, Kind::NoTarget));
    assert_eq!(fault("a=b=c"), ("a=b=c".into(), 4, Kind::SecondEquals));
    assert_eq!(
        fault("a[s{f=1,g=\"/\"}]=info,warn"),
        ("a[s{f=1,g=\"/\"}]=info".into(), 2, Kind::SpanOrField)
    );
    assert_eq!(fault("a=info/one,two"), ("/one,two".into(), 7, Kind::MessageFilter));
}

#[test]
fn order_and_repetition() {
    let shown = |text: &str| Directives::parse(text).unwrap().to_string();
    assert_eq!(shown("b=warn,a::b,debug,a=off"), "debug,a=off,b=warn,a::b=trace");
    assert_eq!(shown("a=warn,info,a=3,off"), "off,a=info");
    assert_eq!(shown(" , ,"), "");
    assert_eq!(shown(" hyper\t= warn "), "hyper=warn");
}

#[test]
fn the_environment_says_nothing_something_or_nonsense() {
    let from = |value: &str| Directives::from_value("RUST_LOG", OsStr::new(value));
    assert_eq!(Directives::from_env("RINGVISOR_TEST_NEVER_SET"), Ok(None));
    assert_eq!(from(""), (None, Vec::new()));
    assert_eq!(from("info").0, Some(Directives::at(LevelFilter::Info)));
    let (directives, errors) = from("info,a=loud");
    assert_eq!(directives, Some(Directives::at(LevelFilter::Info)));
    assert!(errors[0].to_string().starts_with("RUST_LOG: bad directive \"a=loud\" at column 8"));
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_text_is_an_error() {
    use std::os::unix::ffi::OsStrExt;
    let (directives, errors) = Directives::from_value("RUST_LOG", OsStr::from_bytes(b"info\xff"));
    assert_eq!(directives, None);
    assert_eq!(
        errors[0].to_string(),
        "RUST_LOG=\"info\u{fffd}\" is not UTF-8; write directives such as info,hyper=warn"
    );
}
