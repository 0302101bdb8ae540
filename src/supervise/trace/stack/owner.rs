//! Whose code a frame is, told by the path of its file or, without one, by that of its function.

use std::borrow::ToOwned;
use std::string::String;

use super::name;
use crate::supervise::trace::symbols::Symbol;

/// Whose code it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Owner {
    /// That of the program, and of other packages of its workspace.
    User,
    /// That of a package from a registry or a repository: `tokio`.
    Library(String),
    /// That of the standard library, the compiler or the system.
    Std,
    /// Our own, around the user's: the end of a task's part of the stack.
    Wrapper,
    /// Nobody has read what it is.
    Unknown,
}

/// Where this crate's own code lies when it is compiled.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/");

/// The parts of it that lie between a runtime and a task.
const WRAPPERS: [&str; 4] = ["supervise/", "context.rs", "context/", "builder/panic"];

impl Owner {
    pub(super) fn of(symbol: &Symbol) -> Self {
        match &symbol.file {
            Some(file) => Self::of_file(file),
            None => Self::of_function(&symbol.function),
        }
    }

    fn of_file(file: &str) -> Self {
        if let Some(own) = own(file) {
            let wraps = WRAPPERS.iter().any(|part| own.starts_with(part));
            return if wraps && !own.contains("tests") { Self::Wrapper } else { Self::User };
        }
        if is_std(file) {
            return Self::Std;
        }
        match package(file) {
            Some((package, _)) if package.starts_with("ringvisor-") => Self::Wrapper,
            Some((package, _)) => Self::Library(without_version(package).to_owned()),
            None => Self::User,
        }
    }

    fn of_function(function: &str) -> Self {
        let readable = name::readable(function);
        let path = readable.trim_start_matches(['&', '*', '(', '_']);
        let root = path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        match root {
            "std" | "core" | "alloc" | "test" | "rust_begin_unwind" | "start" | "main" => Self::Std,
            "ringvisor" => Self::Wrapper,
            "tokio" | "futures_util" | "futures_core" | "mio" => Self::Library(root.to_owned()),
            _ if path.contains("::") => Self::User,
            // A name of C's has no path, and neither has inlined code that belongs to no line.
            _ => Self::Std,
        }
    }
}

/// The path of one of our own files below `src`.
fn own(file: &str) -> Option<&str> {
    file.strip_prefix(OWN)
}

/// The standard library, and whatever is not Rust.
fn is_std(file: &str) -> bool {
    let slashes = |c| c == '/' || c == '\\';
    let library = ["/library/core/", "/library/std/", "/library/alloc/", "/library/test/"];
    file.starts_with("/rustc/")
        || library.iter().any(|part| file.contains(part))
        || !file.rsplit(slashes).next().unwrap_or(file).ends_with(".rs")
}

/// `tokio-1.54.1`, and the path in it, of a file of a package that cargo has unpacked.
fn package(file: &str) -> Option<(&str, &str)> {
    let after = |mark: &str| file.split_once(mark).map(|(_, rest)| rest);
    let rest = after("/registry/src/").or_else(|| after("/git/checkouts/"))?;
    // The registry's own name comes before the package's.
    rest.split_once('/')?.1.split_once('/')
}

/// `tokio` of `tokio-1.54.1`.
fn without_version(package: &str) -> &str {
    match package.rsplit_once('-') {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => name,
        _ => package,
    }
}

/// The path as far as it tells something: below the working directory, or from the package on.
pub(super) fn short(file: &str) -> String {
    if let Some((package, path)) = package(file) {
        return [package, path].join("/");
    }
    if let Some((_, path)) = file.split_once("/library/").filter(|_| is_std(file)) {
        return path.to_owned();
    }
    let folder = std::env::current_dir().ok();
    let below = folder.and_then(|folder| {
        let rest = file.strip_prefix(folder.to_str()?)?;
        rest.strip_prefix(['/', '\\']).map(ToOwned::to_owned)
    });
    below.unwrap_or_else(|| file.strip_prefix("./").unwrap_or(file).to_owned())
}
