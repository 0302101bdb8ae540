//! Globs against two models, and the promises that a prefilter rests on.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;
use regex::Regex;

use super::{Glob, Pattern, Plain, Substring};

/// The meaning of a glob, said as plainly as possible; exponential, so for short texts only.
fn model(glob: &[char], line: &[char]) -> bool {
    match (glob, line) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            model(rest, line) || line.split_first().is_some_and(|(_, tail)| model(glob, tail))
        }
        (['?', rest @ ..], [_, tail @ ..]) => model(rest, tail),
        ([want, rest @ ..], [have, tail @ ..]) => want == have && model(rest, tail),
        _ => false,
    }
}

/// The same meaning, said to another engine.
fn anchored_regex(glob: &str) -> Regex {
    let escaped = regex::escape(glob).replace(r"\*", "(?:.*)").replace(r"\?", "(?:.)");
    Regex::new(&format!("(?s)^(?:{escaped})$")).unwrap()
}

/// Few different characters, so that matches are frequent; some of more than one byte, some
/// special to regular expressions.
fn line() -> impl Strategy<Value = String> {
    "[abéß.\\[\n]{0,12}"
}

fn glob() -> impl Strategy<Value = String> {
    "[ab*?é.\\[\n]{0,9}"
}

/// One part of a regular expression, and a text that it matches.
#[derive(Clone, Debug)]
struct Part {
    expression: String,
    example: String,
}

fn part() -> impl Strategy<Value = Part> {
    let literal =
        "[abc=é.]{1,5}".prop_map(|text| Part { expression: regex::escape(&text), example: text });
    let class = "[a-c]".prop_map(|text| Part { expression: "[a-c]".into(), example: text });
    prop_oneof![3 => literal, 1 => class].prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            several.clone().prop_map(|parts| concat(&parts)),
            several.prop_flat_map(|parts| {
                (0..parts.len()).prop_map(move |chosen| alternatives(&parts, chosen))
            }),
            (inner, prop::sample::select(&["?", "*", "+", "{2}", "{0,3}"][..]), 0..4_usize)
                .prop_map(|(part, times, n)| repeated(&part, times, n)),
        ]
    })
}

fn concat(parts: &[Part]) -> Part {
    let groups = parts.iter().map(|part| format!("({})", part.expression));
    Part {
        expression: groups.collect(),
        example: parts.iter().map(|part| part.example.as_str()).collect(),
    }
}

fn alternatives(parts: &[Part], chosen: usize) -> Part {
    let all: Vec<&str> = parts.iter().map(|part| part.expression.as_str()).collect();
    let expression = format!("(?:{})", all.join("|"));
    Part { expression, example: parts[chosen].example.clone() }
}

fn repeated(part: &Part, times: &str, n: usize) -> Part {
    let n = match times {
        "?" => n.min(1),
        "+" => n.max(1),
        "{2}" => 2,
        _ => n.min(3),
    };
    Part { expression: format!("(?:{}){times}", part.expression), example: part.example.repeat(n) }
}

fn contains(line: &str, bytes: &[u8]) -> bool {
    let found = memchr::memmem::find(line.as_bytes(), bytes).is_some();
    found && !bytes.is_empty()
}

fn all_kinds() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        line().prop_map(|text| Pattern::literal(&text)),
        glob().prop_map(|text| Pattern::glob(&text)),
        part().prop_map(|part| Pattern::regex(&part.expression).unwrap()),
    ]
}

proptest! {
    #[test]
    fn glob_agrees_with_both_models(glob in glob(), line in line()) {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let expected = model(&chars(&glob), &chars(&line));
        prop_assert_eq!(Glob::new(&glob).is_match(&line), expected);
        prop_assert_eq!(Pattern::glob(&glob).matches(&line), expected);
        prop_assert_eq!(anchored_regex(&glob).is_match(&line), expected);
    }

    #[test]
    fn glob_made_from_a_line_matches_it(line in line(), mask in any::<u16>()) {
        let bit = |i: usize| mask >> (i % 16) & 1 == 1;
        let some = |(i, c)| if bit(i) { '?' } else { c };
        let glob: String = line.chars().enumerate().map(some).collect();
        let cut = glob.chars().count() / 2;
        let ends = format!("{}*", glob.chars().take(cut).collect::<String>());
        prop_assert!(Glob::new(&glob).is_match(&line));
        prop_assert!(Glob::new(&ends).is_match(&line));
    }

    #[test]
    fn substring_is_contains(text in "[abé*?]{0,3}", line in "[abé*?]{0,12}") {
        let expected = line.contains(&text);
        prop_assert_eq!(Substring::new(&text).is_match(&line), expected);
        prop_assert_eq!(Pattern::literal(&text).matches(&line), expected);
    }

    #[test]
    fn parse_reads_plain_text_as_plain_does(text in "[ab*?é/]{0,6}", line in "[abé/]{0,8}") {
        if let Ok(pattern) = Pattern::parse(&text) {
            let slashed = text.len() > 1 && text.starts_with('/') && text.ends_with('/');
            prop_assert!(slashed || pattern.matches(&line) == Plain::new(&text).is_match(&line));
        }
    }

    #[test]
    fn parse_never_panics_and_errors_show_the_place(text in any::<String>(), slashes: bool) {
        let text = if slashes { format!("/{text}/") } else { text };
        match Pattern::parse(&text) {
            Ok(pattern) => prop_assert!(pattern.matches(&text) || text.starts_with('/')),
            Err(error) => {
                prop_assert!(text.starts_with('/') && text.ends_with('/'));
                prop_assert_eq!(error.pattern(), &text);
                prop_assert!((2..=text.chars().count()).contains(&error.column()));
                prop_assert!(!error.to_string().contains('\n'));
            }
        }
    }

    #[test]
    fn broken_expressions_show_the_place(text in r"[ab(\[{*+?\\)}\]|]{1,8}") {
        match (Pattern::regex(&text), Regex::new(&text)) {
            (Ok(_), Ok(_)) => {}
            (Err(error), Err(_)) => {
                prop_assert!((1..=text.chars().count() + 1).contains(&error.column()));
            }
            (ours, theirs) => prop_assert!(false, "{:?} but {:?}", ours, theirs),
        }
    }

    #[test]
    fn required_literal_is_in_every_match(
        pattern in all_kinds(),
        line in "[abcé=.\\[]{0,12}",
        fold: bool,
    ) {
        let pattern = if fold { pattern.ignore_case().unwrap() } else { pattern };
        if pattern.matches(&line) {
            prop_assert!(pattern.required_literal().is_none_or(|bytes| contains(&line, bytes)));
        }
    }

    #[test]
    fn required_literal_is_in_an_example(part in part(), around in "[abc]{0,2}") {
        let line = format!("{around}{}{around}", part.example);
        let pattern = Pattern::regex(&part.expression).unwrap();
        prop_assert!(pattern.matches(&line));
        prop_assert!(pattern.required_literal().is_none_or(|bytes| contains(&line, bytes)));
    }

    #[test]
    fn plain_literal_is_in_every_match(text in glob(), line in line()) {
        if Plain::new(&text).is_match(&line) {
            let required = Plain::new(&text).required_literal();
            prop_assert!(required.is_none_or(|text| !text.is_empty() && line.contains(text)));
        }
    }

    #[test]
    fn ignoring_case_folds_both_sides(glob in "[aBé*?]{0,6}", line in "[AbÉ\n]{0,6}") {
        let lowered = Glob::new(&glob.to_lowercase()).is_match(&line.to_lowercase());
        let pattern = Pattern::glob(&glob).ignore_case().unwrap();
        prop_assert_eq!(pattern.matches(&line), lowered);
    }

    #[test]
    fn lists_are_or_and_inversion_is_not(
        patterns in prop::collection::vec(all_kinds(), 1..4),
        line in line(),
    ) {
        let expected = patterns.iter().any(|pattern| pattern.matches(&line));
        let list = Pattern::any_of(patterns.clone());
        prop_assert_eq!(list.matches(&line), expected);
        prop_assert!(patterns.len() == 1 || list.required_literal().is_none());
        prop_assert_eq!(list.clone().invert().matches(&line), !expected);
        prop_assert_eq!(list.clone().invert().invert().matches(&line), expected);
        prop_assert!(list.invert().required_literal().is_none());
    }
}

#[test]
fn many_stars_do_not_explode() {
    let glob = "a*".repeat(64) + "b";
    assert!(!Glob::new(&glob).is_match(&"a".repeat(4096)));
}

#[test]
fn empty_asks_for_nothing_in_particular() {
    assert!(Pattern::any_of([]).matches("anything"));
    assert!(Pattern::parse("").unwrap().matches("anything"));
    assert_eq!(Pattern::parse("").unwrap().required_literal(), None);
    assert!(!Pattern::glob("").matches("anything"));
}

#[test]
fn paths_are_text() {
    assert!(Pattern::parse("/var/log").unwrap().matches("open /var/log/x"));
    assert!(Pattern::parse("/").unwrap().matches("a/b"));
}

#[test]
fn required_literals_are_long() {
    let required = |text: &str| {
        let pattern = Pattern::parse(text).unwrap();
        pattern.required_literal().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
    };
    assert_eq!(required("slow query").as_deref(), Some("slow query"));
    assert_eq!(required("*ab?abc*").as_deref(), Some("abc"));
    assert_eq!(required("/id=(?:[0-9]+), took/").as_deref(), Some(", took"));
    assert_eq!(required("/panicked|failed/"), None);
    assert_eq!(required("**"), None);
}

#[test]
fn errors_name_pattern_column_and_next_step() {
    let shown = |text: &str| Pattern::parse(text).unwrap_err().to_string();
    assert_eq!(
        shown("/é(b/"),
        "bad pattern \"/é(b/\" at column 3: unclosed group; \
         put \\ before a character that stands for itself"
    );
    assert_eq!(shown("//"), "bad pattern \"//\" at column 2: nothing stands between the slashes");
    assert_eq!(
        shown("/\n*\\p{X}/"),
        "bad pattern \"/\\n*\\p{X}/\" at column 4: Unicode property not found; \
         put \\ before a character that stands for itself"
    );
    assert_eq!(
        shown("/((a{999}){999}){999}/"),
        "bad pattern \"/((a{999}){999}){999}/\" at column 2: \
         it needs more than 10485760 bytes when compiled; repeat fewer times"
    );
}
