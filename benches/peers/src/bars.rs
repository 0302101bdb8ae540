//! What must hold, as data. A bench or peer that is not named here is reported only.

use std::fmt;

/// The most that ours may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bar {
    /// Ours over theirs.
    Ratio(f64),
    /// Less than theirs, whatever is counted.
    Faster,
    /// In the unit of the bench, whatever theirs is.
    Most(f64),
    /// More than theirs, in the unit of the bench.
    Above(f64),
    /// Ours over theirs, and in the unit of the bench.
    Both(f64, f64),
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio(most) => write!(f, "<= {most:.2}"),
            Self::Faster => f.write_str("< 1"),
            Self::Most(most) => write!(f, "<= {most}"),
            Self::Above(most) => write!(f, "<= +{most}"),
            Self::Both(ratio, most) => write!(f, "<= {ratio}, {most}"),
        }
    }
}

/// Ours on one thread, as a peer of ours on two.
pub const ONE_THREAD: &str = "ours-1t";

/// `*` stands for any peer that no earlier row names.
const BARS: &[(&str, &str, Option<Bar>)] = &[
    ("ring.write.1t", "floor", Some(Bar::Ratio(1.5))),
    ("ring.write.1t", "*", Some(Bar::Faster)),
    ("ring.write.2t", ONE_THREAD, Some(Bar::Ratio(1.3))),
    ("ring.write.2t", "floor", None),
    ("ring.write.2t", "*", Some(Bar::Faster)),
    ("ring.read", "relaxed-copy", Some(Bar::Ratio(1.5))),
    ("ring.cat", "core-fmt", Some(Bar::Ratio(1.5))),
    ("ring.grep", "cat+memmem", Some(Bar::Ratio(1.0 / 3.0))),
    ("ring.follow", "cat+memmem", Some(Bar::Ratio(1.0 / 3.0))),
    // As much as one and the same write varies from run to run.
    ("follow.idle", "no-follower", Some(Bar::Ratio(1.03))),
    ("ring.write.mapped", "heap", Some(Bar::Ratio(1.15))),
    ("ring.write.mapped.p999", "heap", Some(Bar::Ratio(1.5))),
    ("log.call.boxed", "heap", Some(Bar::Ratio(1.15))),
    // 50 ms for 64 MiB.
    ("box.last.100", "*", Some(Bar::Most(50e6))),
    ("log.call.paced.1t.p50", "core-fmt", Some(Bar::Ratio(1.6))),
    ("log.call.paced.1t.p50", "render-only", Some(Bar::Ratio(1.05))),
    ("log.call.paced.1t.p50", "tracing-appender", Some(Bar::Ratio(0.2))),
    ("log.call.paced.1t.p50", "*", Some(Bar::Faster)),
    ("log.call.paced.1t.first", "render-only", Some(Bar::Ratio(1.2))),
    ("log.call.paced.2t.p50", "core-fmt", None),
    ("log.call.paced.2t.p50", "render-only", None),
    ("log.call.paced.2t.p50", "tracing-appender", Some(Bar::Ratio(0.2))),
    ("log.call.paced.2t.p50", "*", Some(Bar::Faster)),
    ("log.call.timed.1t.p50", "core-fmt", Some(Bar::Ratio(1.6))),
    ("log.call.timed.1t.p50", "render-only", Some(Bar::Ratio(1.05))),
    ("log.call.timed.1t.p50", "tracing-appender", Some(Bar::Ratio(0.2))),
    ("log.call.timed.1t.p50", "*", Some(Bar::Faster)),
    ("log.call.timed.2t.p50", "core-fmt", None),
    ("log.call.timed.2t.p50", "render-only", None),
    ("log.call.timed.2t.p50", "tracing-appender", Some(Bar::Ratio(0.2))),
    ("log.call.timed.2t.p50", "*", Some(Bar::Faster)),
    ("log.call.flat.1t.mean", "core-fmt", Some(Bar::Ratio(1.6))),
    ("log.call.flat.1t.mean", "render-only", Some(Bar::Ratio(1.05))),
    ("log.call.flat.1t.mean", "tracing-appender", Some(Bar::Ratio(0.2))),
    ("log.call.flat.1t.mean", "*", Some(Bar::Faster)),
    ("log.call.flat.2t.mean", "core-fmt", None),
    ("log.call.flat.2t.mean", "render-only", Some(Bar::Ratio(1.34))),
    ("log.call.flat.2t.mean", "tracing-appender", Some(Bar::Ratio(0.2))),
    ("log.call.flat.2t.mean", "*", Some(Bar::Faster)),
    ("log.call.in_task", "outside", Some(Bar::Ratio(1.1))),
    ("log.off.max", "facade", Some(Bar::Ratio(1.1))),
    ("log.off.target", "facade", Some(Bar::Most(10.0))),
    ("log.off.target.2t", ONE_THREAD, Some(Bar::Ratio(1.1))),
    ("tracing.typed.flat.1t.mean", "render-only", Some(Bar::Ratio(0.6))),
    ("tracing.typed.flat.1t.mean", "tracing-appender", Some(Bar::Ratio(0.1))),
    ("tracing.typed.flat.1t.mean", "core-fmt", None),
    ("tracing.typed.flat.1t.mean", "*", Some(Bar::Faster)),
    ("tracing.off.target", "facade", Some(Bar::Most(2.0))),
    ("file.e2e.1t", "buffered-file", Some(Bar::Ratio(1.0 / 0.9))),
    ("file.e2e.1t", "*", Some(Bar::Ratio(0.25))),
    ("file.e2e.2t", "buffered-file", Some(Bar::Ratio(1.0 / 0.9))),
    ("file.e2e.2t", "*", Some(Bar::Ratio(0.25))),
    ("file.cpu", "buffered-file", Some(Bar::Most(250.0))),
    ("file.caller_p50", "no-sink", Some(Bar::Ratio(1.05))),
    // 4 MiB: what waits on the way, and no part of ten million records.
    ("file.memory", "no-sink", Some(Bar::Above(4_194_304.0))),
    ("tracing.off.target.2t", ONE_THREAD, Some(Bar::Ratio(1.1))),
    ("spawn.join.ct", "tokio-spawn", Some(Bar::Ratio(2.7))),
    ("spawn.join.ct", "*", Some(Bar::Faster)),
    ("spawn.join.mt2", "tokio-spawn", Some(Bar::Ratio(2.7))),
    ("spawn.join.mt2", "*", Some(Bar::Faster)),
    ("task.bytes", "tokio-spawn", Some(Bar::Both(3.0, 400.0))),
    ("task.bytes", "*", Some(Bar::Faster)),
    ("task.million_rss", "tokio-spawn", Some(Bar::Most(650.0))),
    ("poll.cost", "tokio-spawn", Some(Bar::Above(5.0))),
    ("status.one", "mutex-map", Some(Bar::Most(5_000.0))),
    ("status.glob", "scan", Some(Bar::Most(1_000.0))),
    ("trace.idle", "nothing", Some(Bar::Above(1.0))),
    // 5 us for the chain, 1 us for what it means.
    ("trace.one", "*", Some(Bar::Most(6.0))),
    ("trace.10k", "*", Some(Bar::Most(50.0))),
    ("trace.panic", "*", Some(Bar::Most(15.0))),
    ("stop.100k", "watch", Some(Bar::Most(2_000.0))),
    ("control.wedged_status", "*", Some(Bar::Most(1_000.0))),
    ("control.follow_latency.p50", "*", Some(Bar::Most(5.0))),
    ("control.follow_latency.p99", "*", Some(Bar::Most(50.0))),
    ("control.list_100k", "*", Some(Bar::Most(100.0))),
    ("control.writers_p99_with_50_followers", "*", Some(Bar::Ratio(1.2))),
];

/// What ours must hold in `bench` beside `peer`.
pub fn bar(bench: &str, peer: &str) -> Option<Bar> {
    let row = |name: &str| BARS.iter().find(|row| row.0 == bench && row.1 == name);
    row(peer).or_else(|| row("*"))?.2
}
