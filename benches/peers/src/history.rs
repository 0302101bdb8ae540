//! A ring full of log lines, and what reading it is compared with: `core::fmt` making the same
//! lines, and a search of the text that this gives.

use std::fmt::{self, Write};
use std::hint::black_box;
use std::mem;

use memchr::memmem::Finder;

use crate::duel::{Contender, Work};
use crate::ours::NAME;
use crate::workload::Request;

/// Size of the ring that is read.
pub const BYTES: usize = 64 << 20;
/// What only one line in `RARE_EVERY` says.
pub const RARE: &str = "status 418";
const RARE_EVERY: usize = 50_000;
/// Lines if nobody says how many fit into a ring of `BYTES`.
const LINES: usize = BYTES / 128;

/// Our side: a filled ring that can be read again and again.
pub trait History: Send {
    /// Records that it holds.
    fn lines(&self) -> usize;

    /// Renders all of them, oldest first, in the form
    /// `2023-03-29 12:16:30 [name] [INFO] [task] msg`.
    fn cat(&mut self, page: &mut Page);

    /// How many of them contain `RARE`.
    fn grep(&mut self) -> usize;

    /// The same as a follower counts them that starts at the oldest.
    fn follow(&mut self) -> usize;
}

/// The `i`th request as these histories tell it.
pub fn request(i: usize) -> Request {
    let request = Request::number(i as u64);
    if i % RARE_EVERY == RARE_EVERY / 2 { Request { code: 418, ..request } } else { request }
}

/// Takes text as a terminal's buffer would: a page at a time, over and over. Before a page is used
/// again it may be searched for `RARE`, as `grep -F` behind a pipe does.
pub struct Page {
    bytes: Box<[u8]>,
    len: usize,
    finder: Option<Finder<'static>>,
    found: usize,
}

impl Page {
    const SIZE: usize = 64 << 10;
    /// A page with less room than this is turned at the end of the line.
    const LONGEST_LINE: usize = 1 << 10;

    fn unsearched() -> Self {
        Self { bytes: vec![1; Self::SIZE].into(), len: 0, finder: None, found: 0 }
    }

    fn searched() -> Self {
        Self { finder: Some(Finder::new(RARE)), ..Self::unsearched() }
    }

    #[cold]
    fn turn(&mut self) {
        let text = &self.bytes[..mem::take(&mut self.len)];
        self.found += self.finder.as_ref().map_or(0, |finder| finder.find_iter(text).count());
    }

    /// Ends the last page and says how often `RARE` was found since this was last asked.
    fn finish(&mut self) -> usize {
        self.turn();
        mem::take(&mut self.found)
    }
}

impl Write for Page {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.len + text.len() > Self::SIZE {
            self.turn();
        }
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text.as_bytes());
        self.len += text.len();
        if self.len + Self::LONGEST_LINE > Self::SIZE && text.ends_with('\n') {
            self.turn();
        }
        Ok(())
    }
}

/// The same messages in memory as plain text, back to back, to be rendered by `core::fmt`.
struct Messages {
    text: String,
    ends: Vec<usize>,
}

impl Messages {
    fn new(lines: usize) -> Self {
        let mut messages = Self { text: String::new(), ends: Vec::with_capacity(lines) };
        for i in 0..lines {
            messages.text.push_str(&request(i).message());
            messages.ends.push(messages.text.len());
        }
        messages
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let message = &self.text[start..end];
            start = end;
            message
        })
    }
}

/// The parts of the date are at hand: working them out is not what is compared.
fn render(page: &mut Page, message: &str) {
    let (year, month, day, hour, minute, second) = black_box((2023, 3, 29, 12, 16, 30));
    let (name, level, task) = black_box(("main", "INFO", "-"));
    let _ = writeln!(
        page,
        "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} [{name}] [{level}] [{task}] {message}"
    );
}

/// One pass over a history, timed as a whole.
struct Pass<S, F> {
    lines: usize,
    state: S,
    pass: F,
}

impl<S: Send, F: FnMut(&mut S) -> usize + Send> Work for Pass<S, F> {
    fn run(&mut self, _: usize) {
        black_box((self.pass)(&mut self.state));
    }

    fn fixed_batch(&self) -> Option<usize> {
        Some(self.lines)
    }
}

fn contender<S, F>(name: &'static str, lines: usize, state: S, pass: F) -> Contender
where
    S: Send + 'static,
    F: FnMut(&mut S) -> usize + Send + 'static,
{
    Contender { name, works: vec![Box::new(Pass { lines, state, pass })] }
}

/// Makes a filled ring of ours.
pub type Fill = fn() -> Option<Box<dyn History>>;

/// Rendering everything. Ours comes first, if there is any.
pub fn cat(fill: Fill) -> Vec<Contender> {
    let ours = fill();
    let lines = lines_of(ours.as_deref());
    let ours = ours.map(|history| cat_into(NAME, history, Page::unsearched()));
    let core_fmt = core_fmt_into("core-fmt", lines, Page::unsearched());
    ours.into_iter().chain([core_fmt]).collect()
}

/// Finding what is rare. Ours comes first, if there is any.
pub fn grep(fill: Fill) -> Vec<Contender> {
    search(fill, |history| history.grep())
}

/// Finding what is rare as it comes. Ours comes first, if there is any.
pub fn follow(fill: Fill) -> Vec<Contender> {
    search(fill, |history| history.follow())
}

fn search(fill: Fill, find: fn(&mut dyn History) -> usize) -> Vec<Contender> {
    let ours = fill();
    let lines = lines_of(ours.as_deref());
    let ours = ours.map(|history| contender(NAME, lines, history, move |h| find(&mut **h)));
    let cat = fill().map(|history| cat_into("cat+memmem", history, Page::searched()));
    let core_fmt = core_fmt_into("core-fmt+memmem", lines, Page::searched());
    ours.into_iter().chain(cat).chain([core_fmt]).collect()
}

fn cat_into(name: &'static str, history: Box<dyn History>, page: Page) -> Contender {
    contender(name, history.lines(), (history, page), |(history, page)| {
        history.cat(page);
        page.finish()
    })
}

fn core_fmt_into(name: &'static str, lines: usize, page: Page) -> Contender {
    contender(name, lines, (Messages::new(lines), page), |(messages, page)| {
        messages.iter().for_each(|message| render(page, message));
        page.finish()
    })
}

fn lines_of(history: Option<&dyn History>) -> usize {
    history.map_or(LINES, History::lines)
}
