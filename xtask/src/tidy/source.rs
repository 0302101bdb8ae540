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
    /// Whether the line is computed by the compiler, and cannot stop a program.
    constant: Vec<bool>,
    /// How many modules are open in the file where the line begins.
    depth: Vec<usize>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let split = lexer::split(text);
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let code = lines(&split.code);
        Self {
            path: path.to_owned(),
            comments: lines(&split.comments),
            test: blocks(&code, starts_tests),
            constant: blocks(&code, starts_constant),
            depth: depths(&code),
            code,
        }
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

    /// Whether line `line`, counted from 1, runs in the compiler only.
    pub fn is_constant_line(&self, line: usize) -> bool {
        self.constant.get(line - 1).copied().unwrap_or(false)
    }

    /// How many names stand between the crate's root and line `line`, counted from 1: 1 in
    /// `src/ring.rs`, 2 in a module written out in it.
    pub fn depth(&self, line: usize) -> usize {
        let open = self.depth.get(line - 1).copied().unwrap_or(0);
        self.path.matches('/').count() + open
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

/// Marks the lines that `starts` chooses and the block that each of them opens.
fn blocks(code: &[String], starts: fn(&str) -> bool) -> Vec<bool> {
    let mut marks = vec![false; code.len()];
    for start in (0..code.len()).filter(|line| starts(&code[*line])) {
        let end = block_end(code, start).unwrap_or(start);
        marks[start..=end].fill(true);
    }
    marks
}

fn starts_tests(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test")
}

/// A constant, named or not; a `const fn` may run in the program too.
fn starts_constant(line: &str) -> bool {
    let item = unqualified(line).strip_prefix("const ");
    line.contains("const {") || item.is_some_and(|rest| !rest.contains("fn "))
}

/// A line without its indentation and `pub` or `pub(…)`.
fn unqualified(line: &str) -> &str {
    let line = line.trim_start();
    let Some(rest) = line.strip_prefix("pub") else { return line };
    let inside = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    inside.map_or(rest, |(_, rest)| rest).trim_start()
}

fn depths(code: &[String]) -> Vec<usize> {
    let mut depths = vec![0; code.len()];
    for start in (0..code.len()).filter(|line| unqualified(&code[*line]).starts_with("mod ")) {
        let Some(end) = block_end(code, start) else { continue };
        depths[start + 1..end.max(start + 1)].iter_mut().for_each(|depth| *depth += 1);
    }
    depths
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
