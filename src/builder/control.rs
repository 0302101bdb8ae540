//! Whether and where the program answers.

use core::net::SocketAddr;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::{Builder, InitError, Ringvisor, tasks};
use crate::control::place::VARIABLE;
use crate::control::{
    CommandError, Commands, Handler, Operator, Place, Running, Server, StartError, View,
};
use crate::record::Level;
use crate::stream::RingStream;

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Control {
    /// Whether this log becomes the program's.
    pub(super) is_of_program: bool,
    wish: Wish,
    read_only: bool,
    tcp: Option<SocketAddr>,
    dumps: Option<PathBuf>,
    /// The socket, or `off`, where the operator says so in a file.
    pub(super) place: Option<OsString>,
    /// Whether the environment has no say.
    pub(super) is_fixed: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Wish {
    /// Nobody has said anything: a log that becomes the program's answers, and if it cannot, it says
    /// so and goes on.
    #[default]
    Unsaid,
    /// It has to answer.
    On,
    Off,
}

/// What can be asked for, and who answers where somebody does.
#[derive(Debug, Default)]
pub(super) struct Answering {
    running: Option<Running>,
    commands: Commands,
}

/// Takes the socket along at the end of the process.
pub(super) fn hide(answering: &Answering) {
    if let Some(running) = &answering.running {
        running.hide();
    }
}

impl Builder {
    /// Whether the program can be asked through its control socket; unless called, it can if this log
    /// becomes the program's logger. `RINGVISOR_SOCKET` comes first: `off`, or the socket's path.
    ///
    /// Asked for like this, a socket that cannot be had is an error; else it is a line in the log.
    pub fn control(mut self, on: bool) -> Self {
        self.control.wish = if on { Wish::On } else { Wish::Off };
        self
    }

    /// The program can be looked at through its control socket, and not be changed.
    pub fn control_read_only(mut self) -> Self {
        self.control.read_only = true;
        self
    }

    /// On SIGUSR1 everything that is known of the program goes into a new file of `directory`, also
    /// while it hangs and without a control socket; see [`Server::dump_on_sigusr1`].
    pub fn dump_on_sigusr1(mut self, directory: impl Into<PathBuf>) -> Self {
        self.control.dumps = Some(directory.into());
        self
    }

    /// The program can be asked at a loopback address too, by whoever has the
    /// [token](Running::token). Port 0 is any that is free.
    pub fn control_tcp(mut self, address: impl Into<SocketAddr>) -> Self {
        self.control.tcp = Some(address.into());
        self.control.wish = Wish::On;
        self
    }
}

impl Ringvisor {
    /// What answers for this program, if something does: where it listens, and its token.
    pub fn control(&self) -> Option<&Running> {
        self.running().control.running.as_ref()
    }

    /// Offers a command to this program's operators: `rvctl run drain orders`. See
    /// [`Commands::add`].
    ///
    /// ```
    /// use ringvisor::control::Caller;
    ///
    /// let ringvisor = ringvisor::builder("orders").build()?;
    /// ringvisor.command("drain QUEUE - empties a queue", |cx: Caller, queue: String| async move {
    ///     cx.say(format_args!("{queue} is empty"));
    /// })?;
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The usage does not fit the function, or there is a command of that name.
    pub fn command<H: Handler<A>, A>(&self, usage: &str, handler: H) -> Result<(), CommandError> {
        self.commands().add(usage, handler)
    }

    /// The commands that this program offers its operators.
    pub fn commands(&self) -> &Commands {
        &self.running().control.commands
    }
}

impl Control {
    /// Starts what was asked for.
    pub(super) fn start(self, name: &str, stream: &RingStream) -> Result<Answering, InitError> {
        let set = env::var_os(VARIABLE).filter(|value| !value.is_empty() && !self.is_fixed);
        let place = set.or_else(|| self.place.clone());
        let is_unwanted = match self.wish {
            Wish::On => false,
            Wish::Unsaid => !self.is_of_program,
            Wish::Off => true,
        };
        if is_unwanted || place.as_ref().is_some_and(|value| value == "off") {
            return self.dumper(name, stream);
        }
        let place = place.map_or_else(|| Place::of(name), |path| Ok(Place::at(path)));
        let commands = Commands::new();
        let server = self.server(name, stream, &commands);
        match place.and_then(|place| server.listen(&place).start()) {
            Ok(running) => Ok(Answering { running: Some(running), commands }),
            Err(error) if self.wish == Wish::On => Err(InitError::Control(error)),
            Err(error) => {
                tell(stream, &error);
                self.dumper(name, stream)
            }
        }
    }

    /// What answers nobody, and still writes dumps if that was asked for.
    fn dumper(self, name: &str, stream: &RingStream) -> Result<Answering, InitError> {
        let Some(directory) = &self.dumps else { return Ok(Answering::default()) };
        let view = View::new(name, stream.clone(), tasks::supervisor().clone());
        let running = Server::read_only(view).dump_on_sigusr1(directory).start();
        let running = Some(running.map_err(InitError::Control)?);
        Ok(Answering { running, ..Answering::default() })
    }

    fn server(&self, name: &str, stream: &RingStream, commands: &Commands) -> Server {
        let view = View::new(name, stream.clone(), tasks::supervisor().clone());
        let view = view.with_commands(commands.clone());
        let mut server =
            if self.read_only { Server::read_only(view) } else { Server::new(Operator::new(view)) };
        if let Some(directory) = &self.dumps {
            server = server.dump_on_sigusr1(directory);
        }
        match self.tcp {
            Some(address) => server.tcp(address),
            None => server,
        }
    }
}

/// Nobody has asked for a socket, so its absence stops nothing.
fn tell(stream: &RingStream, error: &StartError) {
    use core::fmt::Write;

    let mut line = stream.writer_at(Level::Warn, "ringvisor::control");
    // A writer never fails.
    _ = write!(line, "this program cannot be asked: {error}");
}
