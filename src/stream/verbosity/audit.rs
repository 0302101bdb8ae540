//! Each change of a level, as a record that no level keeps out.

use core::fmt;
use core::time::Duration;

use crate::record::{Key, Level, LevelFilter, Site, Value};
use crate::ring::Storage;
use crate::stream::core::{Core, Origin};
use crate::stream::filter::Directives;

/// Target of the records.
pub(super) const TARGET: &str = "ringvisor::audit";

/// What happened to the level of one target, or the default's if that is empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'a> {
    pub(super) target: &'a str,
    pub(super) from: LevelFilter,
    pub(super) to: LevelFilter,
    pub(super) cause: Cause,
}

/// Why a level changed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cause {
    Set,
    SetFor(Duration),
    Reset,
    Ended,
}

#[cfg(feature = "control")]
impl<S: Storage> crate::stream::RingStream<S> {
    /// Writes a record of what somebody did, which no level keeps out.
    pub(crate) fn audit(
        &self,
        level: Level,
        message: fmt::Arguments<'_>,
        fields: &[(&str, Value<'_>)],
    ) {
        self.core.audit(level, message, fields);
    }
}

impl<S: Storage> Core<S> {
    pub(super) fn audit_level(&self, event: &Event<'_>) {
        let limit = match event.cause {
            Cause::SetFor(limit) => Some(millis(limit)),
            _ => None,
        };
        let fields = [
            ("change", Value::Str(event.cause.name())),
            ("target", Value::Str(event.target)),
            ("from", Value::Str(event.from.as_str())),
            ("to", Value::Str(event.to.as_str())),
            ("for_ms", Value::U64(limit.unwrap_or(0))),
        ];
        let shown = if limit.is_some() { &fields[..] } else { &fields[..4] };
        self.audit(Level::Info, format_args!("{event}"), shown);
    }

    pub(super) fn audit_levels(&self, from: &Directives, to: &Directives) {
        self.audit(Level::Info, format_args!("levels set from \"{from}\" to \"{to}\""), &[]);
    }

    fn audit(&self, level: Level, message: fmt::Arguments<'_>, fields: &[(&str, Value<'_>)]) {
        let origin = Origin { level, site: 0 };
        self.write(
            origin,
            || Site::new(TARGET),
            |encoder| {
                encoder.message(message);
                for (key, value) in fields {
                    encoder.field(Key::Name(key), *value);
                }
            },
        );
    }
}

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Self::Set | Self::SetFor(_) => "set",
            Self::Reset => "reset",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.target {
            "" => f.write_str("default level")?,
            target => write!(f, "level of {target}")?,
        }
        let verb = match self.cause {
            Cause::Set | Cause::SetFor(_) => "set",
            Cause::Reset => "reset",
            Cause::Ended => "back",
        };
        write!(f, " {verb} from {} to {}", self.from, self.to)?;
        match self.cause {
            Cause::SetFor(limit) => write!(f, " for {limit:?}"),
            _ => Ok(()),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
