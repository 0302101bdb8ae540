//! What this program is called.

use std::path::Path;
use std::string::String;

use super::name::Name;

/// The name of the running program's file.
pub(crate) fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&path).file_stem().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| Name::DEFAULT.as_str().into())
}
