//! A terminal in which the command runs.

use core::ptr::null_mut;
use std::fs::File;
use std::io::Read;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::{Child, Command, ExitStatus};

/// A command that believes that somebody sits in front of it.
pub(crate) struct Pty {
    child: Child,
    screen: File,
}

impl Pty {
    /// Starts it in a terminal of so many columns.
    pub(crate) fn start(mut command: Command, columns: u16) -> Self {
        let mut size = libc::winsize { ws_row: 25, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let (mut ours, mut its) = (-1, -1);
        // SAFETY: all that is pointed to lives here; where there is to be no name, null says so.
        let made =
            unsafe { libc::openpty(&mut ours, &mut its, null_mut(), null_mut(), &raw mut size) };
        assert_eq!(made, 0, "{}", std::io::Error::last_os_error());
        // SAFETY: both were made just now and are nobody else's.
        let (ours, its) = unsafe { (OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(its)) };
        let input = its.try_clone().unwrap();
        let output = its.try_clone().unwrap();
        command.stdin(input).stdout(output).stderr(its);
        let child = command.spawn().unwrap();
        // The command holds its side of the terminal too: with it the screen would never end.
        drop(command);
        Self { child, screen: File::from(ours) }
    }

    /// Reads until this appears; everything up to there.
    pub(crate) fn read_until(&mut self, text: &str) -> String {
        let mut seen = Vec::new();
        let mut piece = [0; 1024];
        loop {
            let shown = String::from_utf8_lossy(&seen).into_owned();
            if shown.contains(text) {
                return shown;
            }
            // Linux says with an error that nobody is at the other end any more.
            let count = self.screen.read(&mut piece).unwrap_or(0);
            assert!(count > 0, "{text:?} was never shown:\n{shown}");
            seen.extend_from_slice(&piece[..count]);
        }
    }

    /// Everything that is shown until the end.
    pub(crate) fn finish(mut self) -> (String, ExitStatus) {
        let (mut seen, mut piece) = (Vec::new(), [0; 1024]);
        while let Ok(count @ 1..) = self.screen.read(&mut piece) {
            seen.extend_from_slice(&piece[..count]);
        }
        let status = self.child.wait().unwrap();
        (String::from_utf8_lossy(&seen).replace("\r\n", "\n"), status)
    }
}
