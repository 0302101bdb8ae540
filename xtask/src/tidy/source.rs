//! One Rust source, ready for the rules.

use super::lexer;

pub struct Source {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The code of each line; comments and the insides of literals are blank.
    pub code: Vec<String>,
    /// The comments of each line.
    pub comments: Vec<String>,
    /// Whether the line is compiled for tests only.
    test: Vec<bool>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let split = lexer::split(text);
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let code = lines(&split.code);
        let test = test_lines(&code);
        Self { path: path.to_owned(), code, comments: lines(&split.comments), test }
    }

    /// Whether it belongs to the published library or its commands.
    pub fn is_ours(&self) -> bool {
        self.path.starts_with("src/")
    }

    /// Whether all of it is test code, by where it stands.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
            || self.path.starts_with("tests/")
            || self.path.starts_with("fuzz/")
    }

    /// Whether line `line`, counted from 1, is test code.
    pub fn is_test_line(&self, line: usize) -> bool {
        self.is_test() || self.test.get(line - 1).copied().unwrap_or(false)
    }

    /// The module a file of `src/` belongs to: `ring` for `src/ring.rs` and `src/ring/slot.rs`.
    /// `None` for the roots of crates and the commands, which are crates of their own.
    pub fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let name = inside.split(['/', '.']).next()?;
        (!matches!(name, "lib" | "bin")).then_some(name)
    }

    /// Every line with its number, counted from 1, and its code.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.iter().enumerate().map(|(index, line)| (index + 1, line.as_str()))
    }
}

/// Marks the braces that follow an attribute `#[cfg(test)]`.
fn test_lines(code: &[String]) -> Vec<bool> {
    let mut marks = vec![false; code.len()];
    for start in 0..code.len() {
        let line = code[start].trim();
        if !line.starts_with("#[cfg(test)]") && !line.starts_with("#[cfg(all(test") {
            continue;
        }
        let end = block_end(code, start).unwrap_or(start);
        marks[start..=end].fill(true);
    }
    marks
}

/// The line on which the first block that opens at or below line `start` closes; `None` where a
/// semicolon ends the item first.
pub fn block_end(code: &[String], start: usize) -> Option<usize> {
    let (mut braces, mut others) = (0, 0);
    for (index, line) in code.iter().enumerate().skip(start) {
        for c in line.chars() {
            match c {
                '(' | '[' => others += 1,
                ')' | ']' => others -= 1,
                '{' => braces += 1,
                '}' => braces -= 1,
                ';' if braces == 0 && others == 0 => return None,
                _ => continue,
            }
            if c == '}' && braces == 0 {
                return Some(index);
            }
        }
    }
    None
}
