//! Where things are, and what stands in the root manifest.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::manifest::Manifest;

/// The checkout this program was built from.
pub struct Project {
    pub root: PathBuf,
    /// Where everything goes that is built or downloaded.
    built: PathBuf,
}

/// Packages with a workspace of their own, so that their dependencies never reach ours.
pub const NESTED: &[&str] = &[
    "tests/no_std",
    "tests/embassy",
    "fuzz",
    "benches/peers",
    "examples/board_host",
    "examples/firmware",
];

impl Project {
    /// The checkout that holds this package.
    pub fn here() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = own.parent().unwrap_or(own).to_path_buf();
        let chosen = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let built = chosen.filter(|path| path.is_absolute()).unwrap_or_else(|| root.join("target"));
        Self { root, built }
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A path below `target/`, or below what `CARGO_TARGET_DIR` says instead.
    pub fn target(&self, relative: &str) -> PathBuf {
        self.built.join(relative)
    }

    pub fn has(&self, relative: &str) -> bool {
        self.path(relative).exists()
    }

    /// The text of a file; the error names the file.
    pub fn read(&self, relative: &str) -> Result<String, String> {
        fs::read_to_string(self.path(relative)).map_err(|error| format!("{relative}: {error}"))
    }

    pub fn manifest(&self) -> Result<Manifest, String> {
        self.read("Cargo.toml").map(|text| Manifest::parse(&text))
    }

    /// The features of the crate, `default` left out.
    pub fn features(&self) -> Result<Vec<String>, String> {
        let manifest = self.manifest()?;
        let names = manifest.keys("features").filter(|name| *name != "default");
        Ok(names.map(str::to_owned).collect())
    }

    /// The oldest compiler the crate promises to build with, e.g. `1.85`.
    pub fn rust_version(&self) -> Result<String, String> {
        let manifest = self.manifest()?;
        let version = manifest.text("package", "rust-version");
        version.ok_or_else(|| "Cargo.toml: package.rust-version is missing".to_owned())
    }

    /// Every file of the checkout below `folder` whose name ends with `suffix`, sorted.
    /// Build products and what is hidden, but for our own settings, are left out.
    pub fn files(&self, folder: &str, suffix: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(&self.path(folder), suffix, &mut found);
        found.sort();
        found
    }

    /// `path` as it is written in messages: relative to the root.
    pub fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

fn collect(folder: &Path, suffix: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
        if hidden || name == "target" {
            continue;
        }
        if path.is_dir() {
            collect(&path, suffix, found);
        } else if name.ends_with(suffix) {
            found.push(path);
        }
    }
}
