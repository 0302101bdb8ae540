//! Patterns: no text panics, the kinds agree with each other, a required literal is required.

use bolero::check;
use ringvisor::pattern::{Glob, Pattern, Plain};
use ringvisor_fuzz::{ITERATIONS, spell};

/// Letters are frequent, so that some of the expressions are sound.
const ALPHABET: [&str; 24] = [
    "a", "b", "é", "a", "b", "ab", ".", "*", "?", "/", "\\", "(", ")", "[", "]", "{2}", "|", "+",
    ".", "^", "$", "\n", "(?i)", "-",
];

#[test]
fn parse_and_match() {
    check!().with_iterations(ITERATIONS).with_type::<(Vec<u8>, Vec<u8>, bool)>().for_each(
        |(pattern, line, slashed)| {
            let mut pattern = spell(pattern, &ALPHABET);
            if *slashed {
                pattern = format!("/{pattern}/");
            }
            check_pattern(&pattern, &spell(line, &["a", "b", "B", "é", ".", "\n"]));
        },
    );
}

#[test]
fn parse_and_match_any_text() {
    check!().with_iterations(ITERATIONS).with_type::<(String, String)>().for_each(
        |(pattern, line)| {
            check_pattern(pattern, line);
            check_pattern(&format!("/{pattern}/"), line);
        },
    );
}

fn check_pattern(text: &str, line: &str) {
    check_glob(text, line);
    match Pattern::parse(text) {
        Ok(pattern) => {
            check_required_literal(&pattern, line);
            if let Ok(folded) = pattern.clone().ignore_case() {
                check_required_literal(&folded, line);
            }
            assert_ne!(pattern.matches(line), pattern.invert().matches(line));
        }
        Err(error) => {
            assert_eq!(error.pattern(), text);
            assert!((1..=text.chars().count()).contains(&error.column()), "{error}");
        }
    }
}

fn check_glob(text: &str, line: &str) {
    let glob = Glob::new(text);
    assert_eq!(glob.is_match(line), Pattern::glob(text).matches(line));
    if !Glob::has_wildcard(text) {
        assert_eq!(glob.is_match(line), text == line);
        assert_eq!(Plain::new(text).is_match(line), line.contains(text));
    }
}

fn check_required_literal(pattern: &Pattern, line: &str) {
    if !pattern.matches(line) {
        return;
    }
    if let Some(required) = pattern.required_literal() {
        let held = line.as_bytes().windows(required.len()).any(|window| window == required);
        assert!(held, "{pattern:?} matches {line:?} without {required:?}");
    }
}
