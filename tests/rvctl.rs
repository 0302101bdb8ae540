//! The command itself, asked by its users' hands: the real binary against a real server.
#![cfg(all(feature = "cli", unix))]

#[path = "rvctl/api.rs"]
mod api;
#[path = "rvctl/bench.rs"]
mod bench;
#[path = "common/child.rs"]
mod child;
#[path = "rvctl/commands.rs"]
mod commands;
#[path = "rvctl/follow.rs"]
mod follow;
#[path = "rvctl/golden.rs"]
mod golden;
#[path = "rvctl/json.rs"]
mod json;
#[path = "rvctl/past.rs"]
mod past;
#[path = "rvctl/pty.rs"]
mod pty;
#[path = "rvctl/readme.rs"]
mod readme;
#[path = "rvctl/refused.rs"]
mod refused;
#[path = "rvctl/set.rs"]
mod set;
#[path = "rvctl/target.rs"]
mod target;
#[path = "rvctl/terminal.rs"]
mod terminal;
