use proptest::prelude::*;

use super::{Name, SHORT};

proptest! {
    #[test]
    fn it_is_the_same_text(text in any::<std::string::String>()) {
        prop_assert_eq!(&*Name::from(text.as_str()), text.as_str());
    }
}

#[test]
fn short_ones_cost_nothing_beside_their_task() {
    assert!(matches!(Name::from(&*"x".repeat(SHORT)), Name::Short(_)));
    assert!(matches!(Name::from(&*"x".repeat(SHORT + 1)), Name::Long(_)));
    assert_eq!(size_of::<Name>(), 8 + SHORT);
}
