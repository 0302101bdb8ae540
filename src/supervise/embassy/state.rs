//! A state in a byte, so that a plain store publishes it.

use crate::supervise::{Command, Hold, State};

/// All states; a byte is an index into it.
const STATES: [State; 14] = [
    State::Stopped,
    State::Waiting(Hold::Group),
    State::Waiting(Hold::Dependency),
    State::Waiting(Hold::Schedule),
    State::Waiting(Hold::Condition),
    State::Starting,
    State::Running,
    State::Stopping,
    State::Aborting,
    State::Backoff,
    State::Completed,
    State::Failed,
    State::Dead,
    State::Detached,
];

/// All commands; a byte is an index into it, counted from 1.
const COMMANDS: [Command; 6] = [
    Command::Start,
    Command::Stop,
    Command::Restart,
    Command::Kill,
    Command::Disable,
    Command::Enable,
];

pub(super) fn byte_of_state(state: State) -> u8 {
    STATES.iter().position(|known| *known == state).unwrap_or(0) as u8
}

pub(super) fn state_of_byte(byte: u8) -> State {
    STATES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// 0 stands for none.
pub(super) fn byte_of_command(command: Command) -> u8 {
    // A task in a `static` cannot be removed.
    let command = if command == Command::Remove { Command::Disable } else { command };
    COMMANDS.iter().position(|known| *known == command).map_or(0, |at| at as u8 + 1)
}

pub(super) fn command_of_byte(byte: u8) -> Option<Command> {
    COMMANDS.get(usize::from(byte).checked_sub(1)?).copied()
}
