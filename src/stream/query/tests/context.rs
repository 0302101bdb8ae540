//! Lines around those that match, against a model of `grep -B -A`.

use std::string::{String, ToString};
use std::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use super::sample::{Sample, cat, stream_of};
use crate::pattern::Pattern;
use crate::record::{Level, Zone};
use crate::stream::Query;

/// What `grep -B before -A after` prints.
fn model(lines: &[String], is_match: &[bool], before: usize, after: usize) -> Vec<String> {
    let near = |at: usize| {
        let to = (at + before).min(lines.len() - 1);
        is_match[at.saturating_sub(after)..=to].iter().any(|&it| it)
    };
    let (mut out, mut previous) = (Vec::new(), None);
    for at in (0..lines.len()).filter(|&at| near(at)) {
        if previous.is_some_and(|previous| previous + 1 < at) && before + after > 0 {
            out.push("--".to_string());
        }
        out.push(lines[at].clone());
        previous = Some(at);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn context_is_that_of_grep(
        is_match in vec(prop::bool::weighted(0.2), 0..40),
        before in 0usize..4,
        after in 0usize..4,
        last in prop::option::of(0usize..4),
    ) {
        let text = |it: &bool| if *it { "a hit" } else { "a miss" };
        let samples: Vec<Sample> =
            is_match.iter().map(|it| Sample::plain(Level::Info, text(it))).collect();
        let stream = stream_of(&samples);
        let mut query = Query::new().grep(Pattern::literal("hit")).context(before, after);
        query = query.zone(Zone::Utc);
        let mut wanted = is_match.clone();
        if let Some(last) = last {
            query = query.last(last);
            let mut left = is_match.iter().filter(|it| **it).count();
            for it in wanted.iter_mut().filter(|it| **it) {
                *it = left <= last;
                left -= 1;
            }
        }
        let mut lines = query.lines(&stream);
        let printed: Vec<String> = lines.by_ref().collect();
        prop_assert_eq!(lines.found(), wanted.iter().filter(|it| **it).count());
        prop_assert_eq!(printed, model(&cat(&stream), &wanted, before, after));
    }
}
