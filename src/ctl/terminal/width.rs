//! How wide the terminal is.

use std::io;

/// The columns of standard output; `None` where nobody knows.
pub(super) fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}
