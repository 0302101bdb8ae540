//! What a board adds to its log and its tasks: a console on any serial line, and the last words
//! that survive a reset.

mod console;
mod journal;
mod last_words;
mod pause;
mod table;

pub use console::Console;
pub use journal::journal;
pub use last_words::last_words;
