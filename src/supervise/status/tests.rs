//! What people and programs see of tasks.

mod command;
mod hostile;
mod house;
mod json;
mod sample;
mod words;
