use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::{MAX_NAME, NameError, check, check_each, distance, is_plain, like, nearest};

#[test]
fn what_is_no_name() {
    assert_eq!(check(""), Err(NameError::Empty));
    assert_eq!(check("net//rx"), Err(NameError::Empty));
    assert_eq!(check("/net"), Err(NameError::Empty));
    assert_eq!(check("a\u{1b}[31m"), Err(NameError::Character('\u{1b}')));
    assert_eq!(check("a*"), Err(NameError::Character('*')));
    assert_eq!(check("a\u{202e}b"), Err(NameError::Character('\u{202e}')));
    assert_eq!(check(&"x".repeat(MAX_NAME + 1)), Err(NameError::TooLong));
    for name in ["blink", "net/rx", "worker@1", "größe 7", &"x".repeat(MAX_NAME)] {
        assert_eq!(check(name), Ok(()), "{name}");
    }
}

#[test]
fn typos_find_their_name() {
    let names = ["blink", "mailer", "worker@1", "worker@2", "flaky"];
    let near = |wanted| nearest(wanted, names.into_iter());
    assert_eq!(near("blnk"), ["blink"]);
    assert_eq!(near("worker"), ["worker@1", "worker@2"]);
    assert_eq!(near("zzzzzz"), [""; 0]);
}

proptest! {
    #[test]
    fn what_is_plain_is_a_name(text in "[ -~]{0,12}|[a*/\\[ ]{0,5}") {
        prop_assert_eq!(is_plain(text.as_bytes()), check_each(&text).is_ok());
    }

    #[test]
    fn what_is_like_a_text_is_a_name(text in any::<String>(), clean in "[a-z]{1,9}(/[a-z]{1,9})?") {
        prop_assert_eq!(check(&like(&text)), Ok(()));
        prop_assert_eq!(&*like(&clean), clean.as_str());
    }

    #[test]
    fn a_distance_is_symmetric_and_zero_for_itself(a in "[a-d]{0,8}", b in "[a-d]{0,8}") {
        prop_assert_eq!(distance(&a, &b, 99), distance(&b, &a, 99));
        prop_assert_eq!(distance(&a, &a, 99), 0);
        prop_assert_eq!(distance(&a, &b, 99) == 0, a == b);
    }

    #[test]
    fn one_edit_is_near(name in "[a-z]{4,12}", at in any::<prop::sample::Index>()) {
        let mut typo: Vec<char> = name.chars().collect();
        typo.remove(at.index(typo.len()));
        let typo: String = typo.into_iter().collect();
        prop_assert_eq!(nearest(&typo, [name.as_str()].into_iter()), [name.to_string()]);
    }
}
