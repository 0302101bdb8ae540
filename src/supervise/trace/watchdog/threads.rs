//! What another thread of this process does, as Linux tells.

use std::fs;
use std::path::{Path, PathBuf};

use super::Activity;

/// A thread that can be asked about.
#[derive(Debug)]
pub(super) struct Thread {
    stat: PathBuf,
}

impl Thread {
    /// The calling thread; `None` where the system does not tell.
    pub(super) fn this() -> Option<Self> {
        let link = fs::read_link("/proc/thread-self").ok()?;
        Some(Self { stat: Path::new("/proc").join(link).join("stat") })
    }

    pub(super) fn activity(&self) -> Option<Activity> {
        let stat = fs::read(&self.stat).ok()?;
        // The name before it is in parentheses, and may hold parentheses.
        let name_end = stat.iter().rposition(|byte| *byte == b')')?;
        match stat.get(name_end + 2)? {
            b'R' => Some(Activity::Running),
            b'S' | b'I' => Some(Activity::Sleeping),
            b'D' => Some(Activity::Blocked),
            b'T' | b't' => Some(Activity::Stopped),
            _ => None,
        }
    }
}
