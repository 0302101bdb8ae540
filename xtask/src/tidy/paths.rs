//! Every path that a source names, `use` trees written out.

use super::lexer::is_word;
use super::source::Source;

/// A path such as `crate::ring::Ring`, as it reads after its `use` tree is written out.
#[derive(Debug, PartialEq)]
pub struct NamedPath {
    /// Where its last segment stands, counted from 1.
    pub line: usize,
    pub segments: Vec<String>,
    /// Whether it is a macro call.
    pub is_macro: bool,
}

impl NamedPath {
    pub fn ends_with(&self, tail: &[&str]) -> bool {
        let from = self.segments.len().checked_sub(tail.len());
        from.is_some_and(|from| self.segments[from..].iter().eq(tail))
    }

    pub fn starts_with(&self, head: &[&str]) -> bool {
        self.segments.len() >= head.len() && self.segments.iter().zip(head).all(|(a, b)| a == b)
    }
}

/// All paths of two segments or more.
pub fn named(source: &Source) -> Vec<NamedPath> {
    let mut reader = Reader { tokens: tokens(source), at: 0, found: Vec::new() };
    while reader.at < reader.tokens.len() {
        let before = reader.at;
        reader.path(&[]);
        // Not a path: on to the next token.
        reader.at = reader.at.max(before + 1);
    }
    reader.found.retain(|path| path.segments.len() > 1);
    reader.found
}

#[derive(Clone)]
struct Token {
    line: usize,
    text: String,
}

fn tokens(source: &Source) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (line, code) in source.lines() {
        let mut rest = code.trim_start();
        while let Some(first) = rest.chars().next() {
            let len = if is_word(first) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push(Token { line, text: rest[..len].to_owned() });
            rest = rest[len..].trim_start();
        }
    }
    tokens
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    found: Vec<NamedPath>,
}

impl Reader {
    fn text(&self) -> &str {
        self.tokens.get(self.at).map_or("", |token| &token.text)
    }

    fn is_name(&self) -> bool {
        self.text() == "*" || self.text().starts_with(is_word)
    }

    /// Reads one path, or one branch of a `use` tree below `prefix`.
    fn path(&mut self, prefix: &[String]) {
        let mut segments = prefix.to_vec();
        // In a tree, an empty branch `{}` names nothing.
        while self.is_name() {
            let line = self.tokens[self.at].line;
            segments.push(self.text().to_owned());
            self.at += 1;
            if self.text() != "::" {
                let is_macro = self.text() == "!";
                self.found.push(NamedPath { line, segments, is_macro });
                return;
            }
            self.at += 1;
        }
        if self.text() == "{" && !segments.is_empty() {
            self.branches(&segments);
        }
    }

    /// Reads `{a, b::c as d, e::{f, g}}`.
    fn branches(&mut self, prefix: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() && self.text() != "}" {
            self.path(prefix);
            while self.at < self.tokens.len() && !matches!(self.text(), "," | "}") {
                self.at += 1;
            }
            if self.text() == "," {
                self.at += 1;
            }
        }
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{NamedPath, Source, named};

    fn names(code: &str) -> Vec<String> {
        let joined = |path: NamedPath| format!("{} {}", path.line, path.segments.join("::"));
        named(&Source::new("src/a.rs", code)).into_iter().map(joined).collect()
    }

    #[test]
    fn trees_are_written_out() {
        let code = "use crate::{\n    ring::{self, Ring as R},\n    record::*,\n};\n";
        let expected = ["2 crate::ring::self", "2 crate::ring::Ring", "3 crate::record::*"];
        assert_eq!(names(code), expected);
    }

    #[test]
    fn paths_in_code_are_found() {
        assert_eq!(names("let a = b * core::mem::take(x) + y;"), ["1 core::mem::take"]);
        assert_eq!(names("Vec::<a::B>::new(); // c::d"), ["1 a::B"]);
        assert_eq!(names("match x { A::B => { c::D }, }"), ["1 A::B", "1 c::D"]);
        assert_eq!(names("pub(crate) fn f() -> crate::x::Y {}"), ["1 crate::x::Y"]);
    }

    #[test]
    fn macro_calls_are_marked() {
        let found = named(&Source::new("src/a.rs", "crate::check!(a)"));
        assert!(found.first().is_some_and(|path| path.is_macro));
    }
}
