//! Queries against what a shell would do with the text of `cat`.

mod concurrent;
mod context;
mod equality;
mod sample;
mod select;
