//! What people and programs see of tasks.

mod args;
mod command;
mod hostile;
mod house;
mod json;
mod sample;
mod words;
