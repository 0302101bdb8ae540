use super::Manifest;

const TEXT: &str = r##"
[package]
name = "a" # the "name"
rust-version = "1.85"

[features]
default = ["std"]
# costs nothing
std = [
    "dep:chrono", # why
    "x#y",
]

[bans]
deny = [{ name = "z" }]
"##;

#[test]
fn reads_tables_strings_and_arrays() {
    let manifest = Manifest::parse(TEXT);
    assert_eq!(manifest.text("package", "rust-version").as_deref(), Some("1.85"));
    assert_eq!(manifest.text("package", "name").as_deref(), Some("a"));
    assert_eq!(manifest.text("features", "name"), None);
    assert_eq!(manifest.keys("features").collect::<Vec<_>>(), ["default", "std"]);
    assert_eq!(manifest.strings("features", "std"), ["dep:chrono", "x#y"]);
    assert_eq!(manifest.strings("bans", "deny"), ["z"]);
    assert!(manifest.strings("bans", "skip").is_empty());
}
