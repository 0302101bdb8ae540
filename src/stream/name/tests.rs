use super::Name;

#[test]
fn a_long_name_is_cut_between_characters() {
    assert_eq!(Name::new("orders").as_str(), "orders");
    assert_eq!(Name::new(&"é".repeat(40)).as_str(), "é".repeat(24));
    let odd = std::format!("a{}", "é".repeat(40));
    assert_eq!(Name::new(&odd).as_str().len(), 47);
}
