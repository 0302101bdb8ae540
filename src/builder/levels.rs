//! Who wants what: the program's wishes, the environment's, and what follows for the ring.

use crate::record::LevelFilter;
use crate::stream::filter::{Directives, FromEnvError};

/// The levels of the ring and of the sinks that read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) ring: Directives,
    pub(super) stderr: Directives,
    pub(super) stdout: Directives,
}

impl Wanted {
    /// With the environment's wishes in place of the program's, where it has some.
    pub(super) fn overridden_by_env(self) -> Result<Self, FromEnvError> {
        self.overridden(Directives::from_env)
    }

    pub(super) fn overridden(
        self,
        var: impl Fn(&str) -> Result<Option<Directives>, FromEnvError>,
    ) -> Result<Self, FromEnvError> {
        // Read in any case, so that a bad one is told.
        let everywhere = var("RUST_LOG")?;
        let terminal = |own: Directives, name: &str| {
            let wish = var(name)?.or_else(|| everywhere.clone());
            let is_off = own.max_level() == LevelFilter::Off;
            Ok(wish.filter(|_| !is_off).unwrap_or(own))
        };
        Ok(Self {
            ring: var("RINGVISOR_RING")?.unwrap_or(self.ring),
            stderr: terminal(self.stderr, "RINGVISOR_STDERR")?,
            stdout: terminal(self.stdout, "RINGVISOR_STDOUT")?,
        })
    }

    /// Lets everything into the ring that a sink wants: from there it is read.
    pub(super) fn raise_ring(mut self) -> Self {
        for sink in [&self.stderr, &self.stdout] {
            self.ring = raised(&self.ring, sink);
        }
        self
    }

    /// Lets everything into the ring that one more sink wants.
    pub(super) fn raise_ring_to(mut self, sink: &Directives) -> Self {
        self.ring = raised(&self.ring, sink);
        self
    }
}

/// What passes one of the two. The longest name that fits a target is the longest of either's that
/// fits, so it is enough to ask both for every name.
fn raised(one: &Directives, other: &Directives) -> Directives {
    let mut both = one.clone();
    for (target, _) in one.iter().chain(other.iter()) {
        // No target begins with a comma, so this asks for the default.
        let level = |levels: &Directives| levels.level_for(target.unwrap_or(","));
        let level = level(one).max(level(other));
        match target {
            None => both.set_default(level),
            // What stands in a list can be set.
            Some(target) => both.set(target, level).unwrap_or_default(),
        }
    }
    both
}
