//! What needs no program to ask.

mod form;
mod parsing;
