//! How many columns of a terminal a character takes.

/// Characters without a column of their own: marks on the one before, joiners, selectors.
const NONE: [(char, char); 5] = [
    ('\u{300}', '\u{36F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{20D0}', '\u{20F0}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{E0100}', '\u{E01EF}'),
];

/// Characters of two columns: those of East Asia, and pictures.
const TWO: [(char, char); 13] = [
    ('\u{1100}', '\u{115F}'),
    ('\u{231A}', '\u{231B}'),
    ('\u{23E9}', '\u{23EC}'),
    ('\u{23F0}', '\u{23F0}'),
    ('\u{23F3}', '\u{23F3}'),
    ('\u{2E80}', '\u{303E}'),
    ('\u{3041}', '\u{A4CF}'),
    ('\u{A960}', '\u{A97C}'),
    ('\u{AC00}', '\u{D7A3}'),
    ('\u{F900}', '\u{FAFF}'),
    ('\u{FE30}', '\u{FE6F}'),
    ('\u{FF00}', '\u{FF60}'),
    ('\u{1F300}', '\u{3FFFD}'),
];

/// Columns of one character, `0..=2`.
pub(super) fn of_char(char: char) -> usize {
    let within =
        |ranges: &[(char, char)]| ranges.iter().any(|(from, to)| (*from..=*to).contains(&char));
    match char {
        '\0'..'\u{300}' => 1,
        _ if within(&NONE) => 0,
        _ if within(&TWO) => 2,
        _ => 1,
    }
}

/// Columns of a text.
pub(super) fn of(text: &str) -> usize {
    text.chars().map(of_char).sum()
}
