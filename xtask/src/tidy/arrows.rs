//! Which module may name which: the architecture as data.

use super::Finding;
use super::paths::{self, NamedPath};
use super::source::Source;

/// A module of the library, and the modules it may name beside itself. In the order of the layers:
/// a module may name only what stands above it in this table, so that no circle can be written.
const ARROWS: &[(&str, &[&str])] = &[
    // Layer 0, leaves: no std, no alloc.
    ("sync", &[]),
    ("pattern", &[]),
    ("clock", &["sync"]),
    // Layer 1, core: no std, no alloc. The record knows no ring, the ring knows no record; of the
    // clock a record knows the type of a time.
    ("record", &["clock"]),
    ("ring", &["sync"]),
    ("context", &["sync", "record"]),
    // Layer 2. The supervisor does not log: it emits events, the builder makes records of them.
    ("stream", &["sync", "pattern", "clock", "record", "ring", "context"]),
    ("supervise", &["sync", "pattern", "clock", "record", "context"]),
    // Layer 3, edges: a sink is a cursor with an output.
    ("sink", &["sync", "pattern", "clock", "record", "context", "stream", "supervise"]),
    // A file that a log is kept in: the only edge that makes rings.
    ("black_box", &["sync", "clock", "record", "ring", "context", "stream", "supervise"]),
    // Layer 4, the outside world.
    (
        "control",
        &[
            "sync",
            "pattern",
            "clock",
            "record",
            "context",
            "stream",
            "supervise",
            "sink",
            "black_box",
        ],
    ),
    // The command is a client like any other.
    ("ctl", &["pattern", "clock", "stream", "supervise", "sink", "black_box", "control"]),
    ("web", &["pattern", "clock", "record", "stream", "supervise", "sink", "control"]),
    ("board", &["sync", "clock", "record", "ring", "context", "stream", "supervise"]),
    // The only module that knows everybody.
    (
        "builder",
        &[
            "sync",
            "pattern",
            "record",
            "clock",
            "ring",
            "context",
            "stream",
            "supervise",
            "sink",
            "black_box",
            "control",
            "ctl",
            "web",
        ],
    ),
];

pub fn modules(source: &Source) -> Vec<Finding> {
    let Some(module) = source.module() else { return Vec::new() };
    let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == module) else {
        let rule = format!("the module `{module}` has no place in the architecture");
        let mend = "give it a line in xtask/src/tidy/arrows.rs and in ARCHITECTURE.md";
        return vec![Finding::new(&source.path, 1, rule, mend)];
    };
    let check = |path: &NamedPath| {
        let (rule, mend) = problem(source, module, may, path)?;
        Some(Finding::new(&source.path, path.line, rule, mend))
    };
    paths::named(source).iter().filter_map(check).collect()
}

/// What is wrong with a path, and how to mend it.
fn problem(
    source: &Source,
    module: &str,
    may: &[&str],
    path: &NamedPath,
) -> Option<(String, String)> {
    if leaves_by_super(source, path) {
        let rule = format!("`{}` reaches the crate's root", path.segments.join("::"));
        return Some((rule, "write crate::MODULE, so that the arrow is seen".to_owned()));
    }
    if path.segments[0] != "crate" || path.is_macro {
        return None;
    }
    let name = path.segments[1].as_str();
    if name == module || may.contains(&name) {
        return None;
    }
    if !ARROWS.iter().any(|(known, _)| *known == name) {
        let rule = format!("`crate::{name}` is no module of the architecture");
        return Some((rule, "name the module that holds it, not a re-export".to_owned()));
    }
    let rule = format!("`{module}` must not know `{name}`");
    let mend = match may {
        [] => "it is a leaf; pass the value in, or move the code up".to_owned(),
        _ => format!("it may name {}; pass the value in, or move the code up", may.join(", ")),
    };
    Some((rule, mend))
}

/// Whether a chain of `super::` climbs out of the module.
fn leaves_by_super(source: &Source, path: &NamedPath) -> bool {
    let climbs = path.segments.iter().take_while(|segment| *segment == "super").count();
    climbs > 0 && climbs >= source.depth(path.line)
}

#[cfg(test)]
mod tests {
    use super::{ARROWS, Source, modules};

    fn findings(path: &str, code: &str) -> usize {
        modules(&Source::new(path, code)).len()
    }

    #[test]
    fn the_table_has_no_circle() {
        for (at, (module, may)) in ARROWS.iter().enumerate() {
            for name in *may {
                let above = ARROWS[..at].iter().any(|(known, _)| known == name);
                assert!(above, "{module} names {name}, which does not stand above it");
            }
        }
    }

    #[test]
    fn arrows_go_down_only() {
        assert_eq!(findings("src/ring/slot.rs", "use crate::sync::AtomicU64;"), 0);
        assert_eq!(findings("src/ring/slot.rs", "use crate::ring::{Ring, record};"), 0);
        assert_eq!(findings("src/ring/slot.rs", "use crate::{sync, record::Level};"), 1);
        assert_eq!(findings("src/ring.rs", "fn f(_: crate::stream::Cursor) {}"), 1);
        assert_eq!(findings("src/builder.rs", "use crate::{ring, stream, sink};"), 0);
        assert_eq!(findings("src/lib.rs", "pub use crate::stream::RingStream;"), 0);
    }

    #[test]
    fn ways_around_the_table_are_seen() {
        assert_eq!(findings("src/sink.rs", "use crate::RingStream;"), 1);
        assert_eq!(findings("src/sink.rs", "use crate::*;"), 1);
        assert_eq!(findings("src/ring.rs", "use super::record;"), 1);
        assert_eq!(findings("src/ring/slot.rs", "use super::super::record;"), 1);
        assert_eq!(findings("src/ring/slot.rs", "use super::Ring;"), 0);
        assert_eq!(findings("src/ring.rs", "#[cfg(test)]\nmod t {\n    use super::Ring;\n}"), 0);
        let inline = "pub(super) mod tag {\n    pub(in super::super) const A: u8 = 1;\n}";
        assert_eq!(findings("src/ring/slot.rs", inline), 0);
        assert_eq!(findings("src/ring.rs", inline), 1);
        assert_eq!(findings("src/novel.rs", ""), 1);
        assert_eq!(findings("src/sink.rs", "crate::check!(1);"), 0);
    }
}
