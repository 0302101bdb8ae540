//! Tells code from comments and from the insides of literals.

/// The text of a source twice, each with the same lines and columns as the original and blanks
/// where the other has something. Insides of literals are in neither.
#[derive(Default)]
pub struct Split {
    pub code: String,
    pub comments: String,
}

/// Which of the two texts a character goes to.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

pub fn split(text: &str) -> Split {
    let chars: Vec<char> = text.chars().collect();
    let (mut split, mut at) = (Split::default(), 0);
    while at < chars.len() {
        let (kind, len) = piece(&chars, at);
        chars[at..at + len].iter().for_each(|c| split.push(kind, *c));
        at += len;
    }
    split
}

impl Split {
    fn push(&mut self, kind: Kind, c: char) {
        let keep = |wanted| if c == '\n' || kind == wanted { c } else { ' ' };
        self.code.push(keep(Kind::Code));
        self.comments.push(keep(Kind::Comment));
    }
}

/// The kind of what starts at `at`, and how many characters of it there are, at least 1.
fn piece(chars: &[char], at: usize) -> (Kind, usize) {
    let rest = &chars[at..];
    let after_word = at > 0 && is_word(chars[at - 1]);
    match rest {
        ['/', '/', ..] => (Kind::Comment, line_len(rest)),
        ['/', '*', ..] => (Kind::Comment, block_len(rest)),
        ['"', ..] => (Kind::Literal, quoted_len(rest, '"')),
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => (Kind::Literal, quoted_len(rest, '\'')),
        ['r', '"' | '#', ..] if !after_word || matches!(chars[at - 1], 'b' | 'c') => {
            raw_len(rest).map_or((Kind::Code, 1), |len| (Kind::Literal, len))
        }
        _ => (Kind::Code, 1),
    }
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_len(rest: &[char]) -> usize {
    rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
}

/// Block comments nest.
fn block_len(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted_len(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `None` where it is no raw string but a raw identifier or a lone `r`.
fn raw_len(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    let open = 1 + hashes;
    if rest.get(open) != Some(&'"') {
        return None;
    }
    let body = &rest[open + 1..];
    let closes = |at: &usize| {
        body[*at] == '"' && body[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes
    };
    let len = (0..body.len()).find(closes).map_or(body.len(), |at| at + 1 + hashes);
    Some(open + 1 + len)
}

#[cfg(test)]
mod tests;
