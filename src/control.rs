//! A program that can be asked: an HTTP API on a thread of its own, and a client for it.
//!
//! The server has its own operating-system thread and its own runtime, so it answers while every
//! worker of the program's runtime is blocked. It listens on a Unix socket that only its user can
//! open and, when asked to, on loopback TCP with a token.
//!
//! ```text
//! $ curl --unix-socket "$XDG_RUNTIME_DIR/ringvisor/orders-4711.sock" http://x/v1/tasks
//! {"v":1,"program":{"name":"orders","pid":4711,…},"data":[{"v":1,"id":7,"name":"db",…}]}
//! ```
//!
//! | part | what it is |
//! |---|---|
//! | [`api`] | what crosses the socket: plain data, no I/O |
//! | [`View`], [`Operator`] | what may be read; what may be changed. Read-only is a type |
//! | [`Commands`] | functions of the program's that an operator can call |
//! | [`Service`] | a request in, a response out; mountable wherever a tower service is |
//! | [`Server`] | the thread, the sockets, the limits |
//! | [`Client`] | asks a server; blocks |
//! | [`place`] | where sockets lie, and which programs can be reached |
//!
//! ```
//! use ringvisor::control::{Client, Operator, Place, Server, View, api::Task};
//! use ringvisor::{RingStream, Supervisor};
//!
//! # let directory = std::env::temp_dir().join(format!("ringvisor-doc-{}", std::process::id()));
//! let view = View::new("orders", RingStream::with_bytes(1 << 20)?, Supervisor::new());
//! let place = Place::in_directory(&directory, "orders");
//! let server = Server::new(Operator::new(view)).listen(&place).start()?;
//!
//! let client = Client::unix(place.path());
//! let tasks: Vec<Task> = client.get("/v1/tasks")?.data;
//! assert!(tasks.is_empty());
//! # drop(server);
//! # std::fs::remove_dir_all(directory)?;
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

pub mod api;
mod client;
mod commands;
mod dump;
mod error;
mod io;
mod past;
pub mod place;
mod server;
mod service;
mod view;

#[cfg(test)]
mod tests;

pub use client::{Ask, Client, ClientError, Follow, Incoming, SseEvent, SseParser};
pub use commands::{BlockingHandler, Caller, CommandError, Commands, Handler, WrongArgs};
pub use error::StartError;
pub use place::Place;
pub use server::{Running, Server};
pub use service::{Body, Peer, Service};
pub use view::{Operator, View};
