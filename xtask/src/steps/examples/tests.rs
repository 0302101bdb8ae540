use super::{expected, line_fits};

#[test]
fn a_wildcard_stands_for_any_text() {
    assert!(line_fits("a … b … c", "a 1 b 2 c"));
    assert!(line_fits("a…", "a"));
    assert!(line_fits("…ab", "aab"));
    assert!(!line_fits("a … c", "a 1 b"));
    assert!(!line_fits("a", "a b"));
}

fn fits(block: &str, output: &str) -> bool {
    expected(block).is_some_and(|expected| expected.fits(output))
}

#[test]
fn lines_are_compared_in_order() {
    let block =
        "fn main() {}\n// a comment that ends above a blank line\n\n// Output:\n// a\n//   b\n";
    assert!(fits(block, "a  \n  b\n"));
    assert!(!fits(block, "  b\na\n"));
    assert!(!fits(block, "a\n  b\nc\n"));
}

#[test]
fn a_line_of_a_wildcard_stands_for_any_number_of_lines() {
    let block = "// Output:\n// a\n// …\n// z\n";
    assert!(fits(block, "a\nz\n"));
    assert!(fits(block, "a\nb\nc\nz\n"));
    assert!(!fits(block, "a\nb\n"));
}

#[test]
fn any_order_uses_every_line_once() {
    let block = "// Output, in any order:\n// … x\n// a x\n";
    assert!(fits(block, "a x\nb x\n"));
    assert!(fits(block, "b x\na x\n"));
    assert!(!fits(block, "a x\na y\n"));
    assert!(!fits(block, "a x\nb x\nc x\n"));
    assert!(fits("// Output, in any order:\n// a\n// …\n", "b\na\nc\n"));
}

#[test]
fn a_comment_without_the_heading_is_no_expectation() {
    assert!(expected("fn main() {}\n\n// The end.\n").is_none());
    assert!(expected("//! Output:\n").is_none());
}
