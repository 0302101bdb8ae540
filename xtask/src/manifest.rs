//! As much of TOML as our own manifests use: tables, strings, booleans, arrays of strings.

/// The keys and values of one file, in its order.
pub struct Manifest {
    entries: Vec<Entry>,
}

struct Entry {
    table: String,
    key: String,
    /// The value as written, arrays joined into one line, comments gone.
    value: String,
}

impl Manifest {
    pub fn parse(text: &str) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let (mut table, mut depth) = (String::new(), 0);
        for line in text.lines().map(without_comment) {
            if depth > 0 {
                if let Some(entry) = entries.last_mut() {
                    entry.value.push_str(line);
                }
                depth += nesting(line);
            } else if let Some(name) = line.strip_prefix('[') {
                table = name.trim_matches(['[', ']']).to_owned();
            } else if let Some((key, value)) = line.split_once('=') {
                let (key, value) = (unquoted(key), value.trim().to_owned());
                depth = nesting(&value);
                entries.push(Entry { table: table.clone(), key, value });
            }
        }
        Self { entries }
    }

    pub fn keys<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a str> {
        self.entries.iter().filter(move |entry| entry.table == table).map(|entry| &*entry.key)
    }

    /// The string under `table.key`.
    pub fn text(&self, table: &str, key: &str) -> Option<String> {
        self.find(table, key).map(unquoted)
    }

    /// The strings of the array under `table.key`, tables in it by their strings too; empty where
    /// there is none.
    pub fn strings(&self, table: &str, key: &str) -> Vec<String> {
        let value = self.find(table, key).unwrap_or_default();
        value.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn find(&self, table: &str, key: &str) -> Option<&str> {
        let matches = |entry: &&Entry| entry.table == table && entry.key == key;
        self.entries.iter().find(matches).map(|entry| &*entry.value)
    }
}

fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let cut = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '#' && !quoted
    });
    line[..cut.map_or(line.len(), |(at, _)| at)].trim()
}

fn nesting(text: &str) -> i32 {
    let outside = text.split('"').step_by(2).flat_map(str::chars);
    outside.map(|c| i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'))).sum()
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests;
