use std::string::String;

use proptest::prelude::*;

use super::{MAX_NAME, NameError, check, check_each, is_plain, like, nearest};

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
    assert_eq!(near("flkay"), ["flaky"]);
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
}
