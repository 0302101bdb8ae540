//! Arguments out of real `Debug` texts.

use std::format;
use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use crate::supervise::status::Args;

#[derive(Clone, Debug)]
#[allow(dead_code, reason = "what is read of it is its Debug text")]
struct Values {
    text: String,
    char: char,
    list: Vec<(char, String)>,
    inner: Option<Inner>,
}

#[derive(Clone, Debug)]
#[allow(dead_code, reason = "what is read of it is its Debug text")]
struct Inner {
    text: String,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\\\\\"'(){}\\[\\], a:]{0,12}"]
}

prop_compose! {
    fn values()(
        text in text(),
        char in prop_oneof![any::<char>(), Just('\''), Just('"'), Just('('), Just('\\')],
        list in prop::collection::vec((any::<char>(), text()), 0..3),
        inner in prop::option::of(text().prop_map(|text| Inner { text })),
    ) -> Values {
        Values { text, char, list, inner }
    }
}

proptest! {
    #[test]
    fn fields_become_keys(values in values()) {
        let args = Args::of_debug(&format!("{values:?}"));
        prop_assert!(args.positional.is_empty());
        let expected = [
            ("text".into(), format!("{:?}", values.text)),
            ("char".into(), format!("{:?}", values.char)),
            ("list".into(), format!("{:?}", values.list)),
            ("inner".into(), format!("{:?}", values.inner)),
        ];
        prop_assert_eq!(args.keyed, expected);
    }

    #[test]
    fn values_of_a_tuple_become_positions(a in values(), b in text(), c in any::<char>()) {
        let args = Args::of_debug(&format!("{:?}", (&a, &b, c)));
        let expected = [format!("{a:?}"), format!("{b:?}"), format!("{c:?}")];
        prop_assert_eq!(args.positional, expected);
        let args = Args::of_debug(&format!("{:?}", (&b,)));
        prop_assert_eq!(args.positional, [format!("{b:?}")]);
    }

    #[test]
    fn any_other_text_is_kept(text in text()) {
        let args = Args::of_debug(&text);
        if args.keyed.is_empty() && !text.starts_with('(') {
            prop_assert_eq!(args.positional, [text]);
        }
    }
}

#[test]
fn what_is_no_tuple_and_no_struct_is_one_value() {
    for text in ["2", "\"a, b\"", "Blink(2)", "Some(5)", "(2, \"cut", "(1] [2)", "A { b: (1 }", "é"]
    {
        assert_eq!(Args::of_debug(text).positional, [text]);
    }
    assert!(Args::of_debug("()").is_empty());
    assert_eq!(Args::of_debug("('\\u{10ffff}', '\\'', '(')").positional.len(), 3);
}
