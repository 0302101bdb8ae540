//! Call sites that say too much.

use core::hash::{Hash, Hasher};
use core::time::Duration;
use std::collections::HashMap;
use std::format;
use std::hash::DefaultHasher;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::record::Record;

/// Call sites that are watched at once.
const SITES: usize = 1024;

/// How much one call site may say. What is more is left out of this sink, counted and told; the ring
/// has it all.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::sink::Flood;
///
/// let calm = Flood::new(100, Duration::from_secs(1));
/// # let _ = calm;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a limit does nothing by itself"]
pub struct Flood {
    most: u32,
    per_ns: u64,
}

impl Flood {
    /// At most `records` of one call site in each span of `per`.
    pub fn new(records: u32, per: Duration) -> Self {
        Self { most: records, per_ns: u64::try_from(per.as_nanos()).unwrap_or(u64::MAX) }
    }
}

/// Counts what each call site says.
#[derive(Debug)]
pub(super) struct Gate {
    flood: Flood,
    sites: HashMap<u64, Site>,
    /// Before this no span ends in which something was left out, on the monotonic clock.
    next_end_ns: u64,
}

#[derive(Debug)]
struct Site {
    end_ns: u64,
    said: u32,
    suppressed: u64,
    routes: Vec<u16>,
    place: String,
}

/// What a call site had to leave out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suppressed {
    pub(super) count: u64,
    pub(super) place: String,
    pub(super) routes: Vec<u16>,
}

impl Gate {
    pub(super) fn new(flood: Flood) -> Self {
        Self { flood, sites: HashMap::new(), next_end_ns: u64::MAX }
    }

    /// Whether the record may pass; `routes` is where it would go.
    pub(super) fn admits(&mut self, record: &Record<'_>, routes: &[u16]) -> bool {
        let now = record.time.mono_ns;
        let key = key(record);
        if self.sites.len() >= SITES && !self.sites.contains_key(&key) {
            self.sites.retain(|_, site| site.end_ns > now || site.suppressed > 0);
            if self.sites.len() >= SITES {
                return true;
            }
        }
        let end_ns = now.saturating_add(self.flood.per_ns);
        let site = self.sites.entry(key).or_insert_with(|| Site::new(end_ns));
        if site.end_ns <= now && site.suppressed == 0 {
            (site.end_ns, site.said) = (end_ns, 0);
        }
        if site.said < self.flood.most {
            site.said += 1;
            return true;
        }
        if site.suppressed == 0 {
            site.place = place(record);
            site.routes = routes.to_vec();
            self.next_end_ns = self.next_end_ns.min(site.end_ns);
        }
        site.suppressed += 1;
        false
    }

    /// What was left out in spans that have ended at `now_ns`.
    pub(super) fn ended(&mut self, now_ns: u64) -> Vec<Suppressed> {
        if now_ns < self.next_end_ns {
            return Vec::new();
        }
        let mut told = Vec::new();
        self.next_end_ns = u64::MAX;
        for site in self.sites.values_mut().filter(|site| site.suppressed > 0) {
            if site.end_ns <= now_ns {
                told.push(site.tell());
            } else {
                self.next_end_ns = self.next_end_ns.min(site.end_ns);
            }
        }
        told.sort_by(|one, two| one.place.cmp(&two.place));
        told
    }
}

impl Site {
    const fn new(end_ns: u64) -> Self {
        Self { end_ns, said: 0, suppressed: 0, routes: Vec::new(), place: String::new() }
    }

    fn tell(&mut self) -> Suppressed {
        let told = Suppressed {
            count: self.suppressed,
            place: core::mem::take(&mut self.place),
            routes: core::mem::take(&mut self.routes),
        };
        self.suppressed = 0;
        told
    }
}

fn key(record: &Record<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (record.level, record.target, record.file, record.line).hash(&mut hasher);
    if record.line.is_none() {
        record.message.hash(&mut hasher);
    }
    hasher.finish()
}

fn place(record: &Record<'_>) -> String {
    match (record.file, record.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        _ => record.target.to_string(),
    }
}
