//! A stack that people can read: whose code each frame is, and what it is called.

mod name;
mod owner;

use std::format;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::frames::Frames;
use super::symbols::{self, Inlined, Symbol};
use crate::supervise::status::Place;

pub use owner::Owner;

/// A stack, the innermost frame first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stack {
    /// Shared with what is known of addresses, so that ten thousand stacks cost little.
    parts: Arc<[Inlined]>,
    truncated: bool,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Frame {
    /// Path and name without generics, hashes and braces; `async fn` or `closure` where the debug
    /// information of inlined code has no more. An address in hexadecimal if nothing is known.
    pub function: String,
    /// Where it is in there; `None` without line tables.
    pub place: Option<Place>,
    /// Whose code it is.
    pub owner: Owner,
}

impl Stack {
    /// What is known by now of these frames.
    #[must_use]
    pub fn of(frames: &Frames) -> Self {
        let unread = |address: usize| Inlined::from([Frame::unread(address)]);
        let part = |address: &usize| symbols::lookup(*address).unwrap_or_else(|| unread(*address));
        let parts = frames.addresses().iter().map(part).collect();
        Self { parts, truncated: frames.is_truncated() }
    }

    /// The stack that [`std::backtrace::Backtrace`] writes in its long form, `{:#}`; what is not
    /// understood of it is left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let frames = |symbols: &[Symbol]| symbols.iter().map(Frame::of).collect::<Inlined>();
        let read = symbols::parse::frames(text);
        let parts = read.iter().map(|(_, symbols)| frames(symbols)).collect();
        Self { parts, truncated: false }
    }

    /// The frames, the innermost first; what was inlined has frames of its own.
    pub fn frames(&self) -> impl DoubleEndedIterator<Item = &Frame> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// Whether it is deeper than that.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The frames of the user's own code, the innermost first.
    pub fn user(&self) -> impl DoubleEndedIterator<Item = &Frame> {
        self.frames().filter(|frame| frame.owner == Owner::User)
    }

    /// What the user's code called last: the outermost frame of the library that it called into.
    #[must_use]
    pub fn waits_in(&self) -> Option<&Frame> {
        let called = || self.frames().take_while(|frame| frame.owner != Owner::User);
        let library = |frame: &&Frame| matches!(frame.owner, Owner::Library(_)) && !frame.is_glue();
        self.user().next().and_then(|_| called().filter(library).last().or(called().last()))
    }

    /// What matters of it to the user: what is waited in, and the user's own frames. Without any
    /// of these all frames matter.
    #[must_use]
    pub fn gist(&self) -> (String, Vec<&Frame>) {
        let user: Vec<&Frame> = self.user().collect();
        let all = || self.frames().collect();
        let path = self.waits_in().map_or_else(String::new, Frame::path);
        (path, if user.is_empty() { all() } else { user })
    }

    /// How many addresses nobody has read.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.frames().filter(|frame| frame.owner == Owner::Unknown).count()
    }

    /// Whether there is code of the user's whose lines are not known.
    #[must_use]
    pub fn lacks_lines(&self) -> bool {
        self.user().any(|frame| frame.place.is_none())
    }
}

impl From<Vec<Frame>> for Stack {
    fn from(frames: Vec<Frame>) -> Self {
        Self { parts: Arc::new([frames.into()]), truncated: false }
    }
}

impl Frame {
    /// Whether it only holds things together: what macros of a library made, and what they need.
    fn is_glue(&self) -> bool {
        let folders = ["/macros/", "/src/future/"];
        let is_in = |place: &Place| folders.iter().any(|folder| place.file.contains(folder));
        self.place.as_ref().is_some_and(is_in)
    }

    pub(super) fn of(symbol: &Symbol) -> Self {
        let owner = Owner::of(symbol);
        let place = symbol.file.as_ref().map(|file| Place {
            file: owner::short(file).into(),
            line: symbol.line.unwrap_or(0),
            column: symbol.column.unwrap_or(0),
        });
        Self { function: name::readable(&symbol.function), place, owner }
    }

    fn unread(address: usize) -> Self {
        Self { function: format!("{address:#x}"), place: None, owner: Owner::Unknown }
    }

    /// Its path: that of the function or, where only a part of the name is known, that of the file.
    #[must_use]
    pub fn path(&self) -> String {
        let file = self.place.as_ref().filter(|_| !self.function.contains("::"));
        file.and_then(|place| name::module_of(&place.file)).unwrap_or_else(|| self.function.clone())
    }
}

#[cfg(test)]
mod tests;
