//! How long a file and a function may be.

use super::Finding;
use super::lexer::is_word;
use super::source::{Source, block_end};

/// Lines of code in a file, blank lines, comments and tests left out.
const FILE: usize = 400;
/// Lines of a function, from `fn` to its closing brace.
const FUNCTION: usize = 70;
/// Lines of a numbered example, its output included.
const EXAMPLE: usize = 80;

pub fn file(source: &Source) -> Vec<Finding> {
    let code =
        |(line, code): &(usize, &str)| !code.trim().is_empty() && !source.is_test_line(*line);
    let lines = source.lines().filter(code).count();
    let numbered = source.path.strip_prefix("examples/");
    let numbered = numbered.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit()));
    let (mut findings, path) = (Vec::new(), &source.path);
    if lines > FILE {
        let rule = format!("{lines} lines of code, at most {FILE}");
        findings.push(Finding::new(path, 0, rule, "one idea a file: find the second one"));
    }
    if numbered && source.code.len() > EXAMPLE {
        let rule = format!("{} lines in a numbered example, at most {EXAMPLE}", source.code.len());
        findings.push(Finding::new(path, 0, rule, "show one thing"));
    }
    findings
}

pub fn functions(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, code) in source.lines().filter(|(_, code)| defines_function(code)) {
        let Some(end) = block_end(&source.code, line - 1) else { continue };
        let length = end + 2 - line;
        if length > FUNCTION {
            let rule = format!("a function of {length} lines, at most {FUNCTION}");
            let mend = format!("name the steps of `{}`", code.trim());
            findings.push(Finding::new(&source.path, line, rule, mend));
        }
    }
    findings
}

/// Whether the line has the word `fn` before a name; a pointer type has none.
fn defines_function(code: &str) -> bool {
    let mut words = code.split(|c| !is_word(c) && c != '(').peekable();
    while let Some(word) = words.next() {
        let named = words.peek().is_some_and(|next| next.starts_with(is_word));
        if word == "fn" && named {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Source, file, functions};

    fn function(lines: usize) -> String {
        format!(
            "impl A {{\n    fn f(x: [u8; 3]) {{\n{}    }}\n}}\n",
            "        g();\n".repeat(lines - 2)
        )
    }

    #[test]
    fn long_functions_are_found() {
        assert!(functions(&Source::new("src/a.rs", &function(70))).is_empty());
        assert_eq!(functions(&Source::new("src/a.rs", &function(71))).len(), 1);
        assert!(functions(&Source::new("src/a.rs", "type F = fn(u8);\nfn g();\n")).is_empty());
    }

    #[test]
    fn only_code_counts() {
        let code = "a();\n".repeat(400);
        assert!(file(&Source::new("src/a.rs", &format!("{code}\n// why\n"))).is_empty());
        let tests = "#[cfg(test)]\nmod tests {\n    a();\n}\n";
        assert!(file(&Source::new("src/a.rs", &format!("{code}{tests}"))).is_empty());
        assert_eq!(file(&Source::new("src/a.rs", &format!("{code}b();\n"))).len(), 1);
        assert!(file(&Source::new("src/a/tests.rs", &format!("{code}b();\n"))).is_empty());
    }

    #[test]
    fn numbered_examples_are_short() {
        let code = "a();\n".repeat(81);
        assert_eq!(file(&Source::new("examples/01_a.rs", &code)).len(), 1);
        assert!(file(&Source::new("examples/demo.rs", &code)).is_empty());
    }
}
