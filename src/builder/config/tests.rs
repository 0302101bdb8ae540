//! What stands in the file and in the environment, and what comes of it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::file::Parsed;
use super::knobs::{KNOBS, size};
use super::{Builder, ConfigPlace, ConfigReason, apply, configured_by, file};
use crate::builder;

const PATH: &str = "ringvisor.toml";

/// What becomes of a program of this file and these variables.
fn configured(text: &str, set: &[(&str, &str)]) -> Result<Builder, String> {
    let entries = Parsed { path: Path::new(PATH), text }.entries();
    let var = |name: &str| {
        let found = set.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(value))
    };
    let applied = entries.and_then(|entries| apply(builder("test"), &entries, var));
    applied.map_err(|error| error.to_string())
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(configured(text, &[]).map(|_| ()), Err(expected.to_string()));
}

#[test]
fn the_file_comes_before_the_code_and_the_environment_before_both() {
    let text = "[ring]\nlevels = 'warn'\nbytes = '1 MiB'\n[lines]\nformat = 'json'\n";
    let shown = |builder: Builder| std::format!("{builder:?}");
    let by_file = configured(text, &[]).unwrap();
    assert_eq!(by_file.ring.to_string(), "warn");
    let by_code = builder("test").levels("warn".parse::<crate::stream::Directives>().unwrap());
    let by_code = by_code.bytes(1 << 20).format(crate::stream::Format::Json);
    assert_eq!(shown(by_file), shown(by_code.clone()));
    let set = [("RINGVISOR_RING_BYTES", "2 MiB"), ("RINGVISOR_COLOR", "never")];
    let by_both = configured(text, &set).unwrap();
    let by_code = by_code.bytes(2 << 20).color(crate::sink::ColorChoice::Never);
    assert_eq!(shown(by_both), shown(by_code));
}

#[test]
fn what_the_code_switched_off_stays_off() {
    let entries = Parsed { path: Path::new(PATH), text: "stderr.levels = 'trace'" }.entries();
    let quiet = builder("test").stderr(crate::record::LevelFilter::Off);
    let quiet = apply(quiet, &entries.unwrap(), |_| None).unwrap();
    assert_eq!(quiet.stderr.to_string(), "off");
}

#[test]
fn what_is_wrong_says_where_it_stands_and_what_may_be_meant() {
    refused(
        "[ring]\n  bits = 1",
        "ringvisor.toml:2:3: there is no key ring.bits; did you mean ring.bytes?",
    );
    refused("colour = 'never'", "ringvisor.toml:1:1: there is no key colour");
    refused(
        "[ring]\nbytes = 'lots'",
        "ringvisor.toml:2:9: ring.bytes: \"lots\": it takes a size such as 8 MiB",
    );
    refused(
        "\"é\" = 1.5",
        "ringvisor.toml:1:7: é: it takes a string, a whole number, true or false, and no float",
    );
    let syntax = configured("[ring]\n[ring", &[]).unwrap_err();
    assert!(syntax.starts_with("ringvisor.toml:2:"), "{syntax}");
    let twice = configured("ring.bytes = 1\nring.bytes = 2", &[]).unwrap_err();
    assert!(twice.starts_with("ringvisor.toml:2:"), "{twice}");
}

#[test]
fn a_file_is_not_described_before_it_is_named() {
    refused(
        "file.keep = 3",
        "ringvisor.toml:1:13: file.keep: it needs file.path, or RINGVISOR_FILE",
    );
    let set = [("RINGVISOR_FILE", "orders.log"), ("RINGVISOR_FILE_MAX_BYTES", "1 GB")];
    assert_eq!(configured("file.keep = 3", &set).unwrap().files.len(), 1);
}

#[test]
fn variables_say_their_name() {
    let wrong = configured("", &[("RINGVISOR_TCP", "here")]).unwrap_err();
    assert!(wrong.starts_with("RINGVISOR_TCP=\"here\": control.tcp: "), "{wrong}");
}

#[test]
fn every_knob_is_described() {
    let described = include_str!("../config.rs");
    for knob in KNOBS {
        let mut row = std::format!("/// | `{}` | `", knob.key);
        row.push_str(knob.variable.unwrap_or("RINGVISOR_"));
        assert!(described.contains(&row), "{row}");
    }
}

#[test]
fn only_what_others_cannot_write_is_read_unasked() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("trust");
    let path = folder.0.join(PATH);
    assert!(!file::is_there(&path));
    fs::write(&path, "").unwrap();
    for (mode, is_trusted) in [(0o600, true), (0o644, true), (0o664, false), (0o602, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(file::open_trusted(&path).is_some(), is_trusted, "{mode:o}");
    }
    assert!(file::open_trusted(&folder.0).is_none());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let link = folder.0.join("link.toml");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(file::open_trusted(&link).is_none(), "a link may be anybody's");
}

#[test]
fn a_file_has_an_end_and_has_to_be_there() {
    let folder = Folder::new("long");
    let read = |path: &Path| {
        let named = |_: &str| Some(path.into());
        configured_by(builder("test").config("x"), |name| {
            (name == super::VARIABLE).then(|| named(name)).flatten()
        })
    };
    let long = folder.0.join("long.toml");
    fs::write(&long, std::format!("# {}", "x".repeat(64 << 10))).unwrap();
    let error = read(&long).map(|_| ()).unwrap_err();
    assert!(matches!(error.reason(), ConfigReason::TooLong(_)), "{error}");
    let error = read(&folder.0.join("none.toml")).map(|_| ()).unwrap_err();
    assert!(matches!(error.reason(), ConfigReason::Io(_)), "{error}");
    assert!(matches!(error.place(), ConfigPlace::File(_)), "{error}");
    assert!(read(Path::new("off")).is_ok());
    assert!(read(Path::new("/dev/zero")).is_err());
}

#[test]
fn whoever_asks_a_program_knows_where_its_file_puts_the_socket() {
    let folder = Folder::new("socket");
    let path = folder.0.join(PATH);
    let asked = |text: &str| {
        fs::write(&path, text).unwrap();
        super::socket(&builder("test").config(&path))
    };
    assert_eq!(asked("control.socket = '/run/orders'"), Some("/run/orders".into()));
    assert_eq!(asked("control.socket = 'off'"), None);
    assert_eq!(asked("control.sockt = '/run/orders'"), None);
    assert_eq!(super::socket(&builder("test").config(&path).fixed()), None);
}

#[test]
fn sizes_have_units() {
    let all: Vec<_> = ["0", "7 B", "8MiB", "2 GiB", "3 kB"].map(|text| size(text).unwrap()).into();
    assert_eq!(all, [0, 7, 8 << 20, 2 << 30, 3_000]);
    for text in ["", "MiB", "-1", "1.5 MiB", "1 mib", "18446744073709551615 KiB"] {
        assert!(size(text).is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[a-z.=\\[\\]\"'{}# \n0-9é-]{0,80}") {
        _ = configured(&text, &[]);
        for knob in KNOBS {
            _ = (knob.turn)(builder("test"), &text);
        }
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = std::format!("ringvisor-config-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}
