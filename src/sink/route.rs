//! Which file a record goes to.

use std::collections::HashMap;
use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use crate::record::{Record, Value};

/// Targets whose files are remembered.
const REMEMBERED: usize = 4096;
/// The longest name made of a key, in bytes.
const NAME_MAX: usize = 100;
/// The sink's own file.
pub(super) const OWN: u16 = 0;

/// Spreads the records of a sink over several files, one for each value of a key.
///
/// A record without the key goes to the sink's own file, and so does one with a new value when
/// [`most`](Self::most) files are known. In names of files all but letters, digits, `.`, `-` and
/// `_` become `_`; a value cannot lead out of the folder.
///
/// ```
/// use ringvisor::sink::{File, Route};
///
/// // `shop::db` goes to shop.db.log and shop.log, everything to all.log as well.
/// let by_target = File::new("logs/all.log").route(Route::by_target().consolidated());
/// # let _ = by_target;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a route does nothing by itself"]
pub struct Route {
    key: Key,
    is_consolidated: bool,
    most: usize,
}

#[derive(Clone, Debug)]
enum Key {
    Target { with_ancestors: bool },
    Task,
    Level,
    Field(String),
}

impl Route {
    /// A file for each target and for each of its ancestors: a record of `a::b::c` goes to
    /// `a.b.c.log`, `a.b.log` and `a.log`. Targets are split at `::` and at `.`.
    pub const fn by_target() -> Self {
        Self::by(Key::Target { with_ancestors: true })
    }

    /// A file for each target, and none for its ancestors.
    pub const fn by_whole_target() -> Self {
        Self::by(Key::Target { with_ancestors: false })
    }

    /// A file for each task.
    pub const fn by_task() -> Self {
        Self::by(Key::Task)
    }

    /// A file for each level: `error.log`, `warn.log` and so on.
    pub const fn by_level() -> Self {
        Self::by(Key::Level)
    }

    /// A file for each value of that field.
    pub fn by_field(name: impl Into<String>) -> Self {
        Self::by(Key::Field(name.into()))
    }

    const fn by(key: Key) -> Self {
        Self { key, is_consolidated: false, most: 1000 }
    }

    /// Writes everything to the sink's own file too.
    pub const fn consolidated(mut self) -> Self {
        self.is_consolidated = true;
        self
    }

    /// The most files, 1000 unless called, at least 1 and at most 60,000.
    pub fn most(mut self, files: usize) -> Self {
        self.most = files.clamp(1, 60_000);
        self
    }
}

/// The names of files by their number, which both threads of a sink look at.
#[derive(Clone, Debug)]
pub(super) struct Table(Arc<Mutex<Vec<String>>>);

impl Table {
    pub(super) fn new(own: &str) -> Self {
        Self(Arc::new(Mutex::new(Vec::from([own.to_string()]))))
    }

    pub(super) fn name(&self, number: u16) -> Option<String> {
        self.0.lock().get(usize::from(number)).cloned()
    }
}

/// Finds the files of records.
#[derive(Debug)]
pub(super) struct Router {
    route: Option<Route>,
    table: Table,
    numbers: HashMap<String, u16>,
    /// The files of targets that were met.
    targets: HashMap<String, Vec<u16>>,
    found: Vec<u16>,
}

impl Router {
    pub(super) fn new(route: Option<Route>, table: Table) -> Self {
        let own = table.name(OWN).unwrap_or_default();
        Self {
            route,
            table,
            numbers: HashMap::from([(own, OWN)]),
            targets: HashMap::new(),
            found: Vec::from([OWN]),
        }
    }

    /// The files of a record, each once.
    #[inline]
    pub(super) fn files(&mut self, record: &Record<'_>) -> &[u16] {
        let Some(route) = &self.route else { return &self.found };
        match &route.key {
            Key::Target { with_ancestors } => {
                let with_ancestors = *with_ancestors;
                return self.of_target(record.target, with_ancestors);
            }
            Key::Task => {
                let name = record.task.map(|task| file_name(task.name));
                self.one(name);
            }
            Key::Level => self.one(Some(record.level.as_str().to_ascii_lowercase())),
            Key::Field(key) => {
                let name = record.fields.get(key).and_then(text).map(|text| file_name(&text));
                self.one(name);
            }
        }
        &self.found
    }

    fn of_target(&mut self, target: &str, with_ancestors: bool) -> &[u16] {
        if !self.targets.contains_key(target) {
            if self.targets.len() == REMEMBERED {
                self.targets.clear();
            }
            let files = self.new_target(target, with_ancestors);
            self.targets.insert(target.to_string(), files);
        }
        self.targets.get(target).map_or(&self.found, |files| files)
    }

    fn new_target(&mut self, target: &str, with_ancestors: bool) -> Vec<u16> {
        let name = file_name(&target.replace("::", "."));
        self.found.clear();
        let mut rest = Some(name.as_str()).filter(|name| !name.is_empty());
        while let Some(name) = rest {
            let number = self.number(name);
            self.add(number);
            rest = name.rsplit_once('.').map(|(parent, _)| parent).filter(|_| with_ancestors);
        }
        self.finish();
        core::mem::replace(&mut self.found, Vec::from([OWN]))
    }

    fn one(&mut self, name: Option<String>) {
        self.found.clear();
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let number = self.number(&name);
            self.add(number);
        }
        self.finish();
    }

    fn add(&mut self, number: u16) {
        if !self.found.contains(&number) {
            self.found.push(number);
        }
    }

    fn finish(&mut self) {
        let is_consolidated = self.route.as_ref().is_some_and(|route| route.is_consolidated);
        if self.found.is_empty() || is_consolidated {
            self.add(OWN);
        }
    }

    fn number(&mut self, name: &str) -> u16 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let mut names = self.table.0.lock();
        let most = self.route.as_ref().map_or(1, |route| route.most);
        // The sink's own file is not one of them.
        let Some(number) = u16::try_from(names.len()).ok().filter(|_| names.len() <= most) else {
            return OWN;
        };
        names.push(name.to_string());
        drop(names);
        self.numbers.insert(name.to_string(), number);
        number
    }
}

/// What of a key can stand in the name of a file.
fn file_name(key: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let plain = |c: char| if is_plain(&c) { c } else { '_' };
    let mut name: String = key.trim_matches('.').chars().map(plain).collect();
    while name.contains("..") {
        name = name.replace("..", ".");
    }
    let mut end = name.len().min(NAME_MAX);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    name
}

fn text(value: Value<'_>) -> Option<String> {
    Some(match value {
        Value::Bool(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::I128(value) => value.to_string(),
        Value::U128(value) => value.to_string(),
        Value::F64(value) => format!("{value}"),
        Value::Str(text) | Value::Debug(text) => text.to_string(),
        _ => return None,
    })
}
