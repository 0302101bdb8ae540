//! Directives: no text panics, strict and lossy agree, what is shown parses back.

use bolero::check;
use ringvisor::stream::filter::Directives;
use ringvisor_fuzz::{ITERATIONS, spell};

const ALPHABET: [&str; 20] = [
    "a", "ab", "::", "é", "=", ",", " ", "/", "[", "]", "{", "}", "info", "OFF", "trace", "3", "9",
    "\t", "-", "*",
];

#[test]
fn directives() {
    check!()
        .with_iterations(ITERATIONS)
        .with_type::<(Vec<u8>, Vec<u8>)>()
        .for_each(|(list, target)| check_list(&spell(list, &ALPHABET), &spell(target, &ALPHABET)));
}

#[test]
fn directives_of_any_text() {
    check!()
        .with_iterations(ITERATIONS)
        .with_type::<(String, String)>()
        .for_each(|(list, target)| check_list(list, target));
}

fn check_list(text: &str, target: &str) {
    let (mut directives, errors) = Directives::parse_lossy(text);
    match Directives::parse(text) {
        Ok(strict) => {
            assert!(errors.is_empty());
            assert_eq!(strict, directives);
        }
        Err(error) => assert_eq!(Some(&error), errors.first()),
    }
    for error in &errors {
        assert_eq!(error.text(), text);
        assert!((1..=text.chars().count()).contains(&error.column()), "{error}");
    }
    check_directives(&directives, target);
    if directives.set(target, directives.level_for(text)).is_ok() {
        check_directives(&directives, target);
        assert!(directives.remove(target).is_some());
    }
}

fn check_directives(directives: &Directives, target: &str) {
    assert!(directives.level_for(target) <= directives.max_level());
    assert_eq!(Directives::parse(&directives.to_string()).as_ref(), Ok(directives));
}
