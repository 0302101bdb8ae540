use super::split;

fn code(text: &str) -> String {
    split(text).code.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn literals_and_comments_are_blanked() {
    assert_eq!(code("a \"b\\\" // c\" d"), "a d");
    assert_eq!(code("a // \"b\nc"), "a c");
    assert_eq!(code("a /* b /* c */ d */ e"), "a e");
    assert_eq!(code("a r#\"b \" c\"# d"), "a d");
    assert_eq!(code("a br\"b\\\" c"), "a b c");
    assert_eq!(code("r#type x"), "r#type x");
}

#[test]
fn a_lifetime_is_no_character() {
    assert_eq!(code("&'a str, 'b', '\\'', '\"' x"), "&'a str, , , x");
}

#[test]
fn lines_and_columns_stay() {
    let text = "let x = \"é\n\"; // é\nend";
    let split = split(text);
    let shape = |text: &str| text.lines().map(|line| line.chars().count()).collect::<Vec<_>>();
    assert_eq!(shape(&split.code), shape(text));
    assert_eq!(shape(&split.comments), shape(text));
    assert_eq!(split.comments.split_whitespace().collect::<Vec<_>>(), ["//", "é"]);
}
