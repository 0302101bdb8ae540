use super::Options;
use crate::suite::Group;

fn parse(line: &str) -> Result<Options, String> {
    let args: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
    Options::parse(&args)
}

#[test]
fn groups_can_be_picked_in_both_spellings() {
    let only = vec![Group::Ring, Group::Tracing];
    let expected = Options { quick: true, only, ..Options::default() };
    assert_eq!(parse("--quick --only ring,tracing").as_ref(), Ok(&expected));
    assert_eq!(parse("--only=ring,tracing --quick").as_ref(), Ok(&expected));
    assert!(!expected.wants(Group::Log));
}

#[test]
fn all_groups_are_wanted_by_default() {
    assert!(parse("").unwrap().wants(Group::Log));
}

#[test]
fn what_is_unknown_is_named() {
    assert_eq!(parse("--fast"), Err("unknown argument `--fast`".into()));
    assert_eq!(parse("--only ring,disk"), Err("no group `disk`".into()));
}
