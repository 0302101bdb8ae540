//! Texts become arguments, or errors that say what was wanted.

use core::time::Duration;
use std::format;
use std::string::ToString;

use proptest::prelude::*;

use super::{Arg, ArgError, apply};

proptest! {
    #[test]
    fn a_number_is_what_it_says(value: i64, wide: u128, real: f64) {
        prop_assert_eq!(i64::parse(&value.to_string()), Some(value));
        prop_assert_eq!(u128::parse(&wide.to_string()), Some(wide));
        prop_assert_eq!(f64::parse(&real.to_string()), Some(real));
    }

    #[test]
    fn no_text_panics(text: std::string::String) {
        _ = (u8::parse(&text), bool::parse(&text), char::parse(&text), Duration::parse(&text));
    }

    #[test]
    fn all_changes_are_made_or_the_first_that_is_wrong_is_told(led: u8, pause: u32) {
        let mut args = (0_u8, Some(1_u32));
        let (first, second) = (led.to_string(), pause.to_string());
        let done = apply(&mut args, &[("0", &first), ("1", &second)]).unwrap();
        prop_assert_eq!(args, (led, Some(pause)));
        prop_assert_eq!(&done[1].from, "Some(1)");
        prop_assert_eq!(&done[1].to, &format!("Some({pause})"));
        let wrong = apply(&mut args, &[("1", ""), ("0", "-1")]);
        let text = "-1".to_string();
        prop_assert_eq!(wrong, Err(ArgError::Wrong { key: "0".into(), kind: "u8", text }));
        prop_assert_eq!(args.1, None);
    }
}

#[test]
fn errors_name_the_argument_the_type_and_the_text() {
    let mut args = (2_u8,);
    let wrong = apply(&mut args, &[("0", "many")]).unwrap_err();
    assert_eq!(wrong.to_string(), "0 is a u8, not \"many\"");
    let unknown = apply(&mut args, &[("led", "1")]).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no argument \"led\"; there is 0");
}
