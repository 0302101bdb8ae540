//! A file system without room, where this process may make one.

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ringvisor::builder;
use ringvisor::record::LevelFilter;

use super::{Folder, LONG, plain, until};

/// A small file system of its own, gone with this value.
struct Small(PathBuf);

impl Small {
    fn mount(path: &Path) -> Result<Self, String> {
        fs::create_dir(path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(path);
        let output = mount.output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(Self(path.into())),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().into()),
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_file_system_is_waited_for() {
    let folder = Folder::new("full");
    let small = match Small::mount(&folder.path("small")) {
        Ok(small) => small,
        Err(why) => return println!("skipped: no file system of its own: {why}"),
    };
    let ballast = small.0.join("ballast");
    fs::write(&ballast, [0; 40 << 10]).unwrap();
    let path = small.0.join("x.log");
    let errors = folder.path("errors.log");
    let file = plain(&path).error_log(&errors);
    let ringvisor = builder("full").stderr(LevelFilter::Off).file(file).build().unwrap();
    let say = |number: u32| {
        let mut record = log::Record::builder();
        let record = record.level(log::Level::Info).target("full");
        let text = format_args!("line {number:04} {:50}|", "");
        log::Log::log(ringvisor.stream(), &record.args(text).build());
    };
    let lines = 600;
    (0..lines).for_each(say);
    let told = |text: &str| ringvisor.stream().grep(text, &mut String::new()).unwrap();
    until(|| told("cannot write") == 1);
    assert!(!ringvisor.flush(Duration::from_millis(500)), "it tries again, in vain");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.ends_with("|\n") && text.len() > 10_000, "whole lines, {}", text.len());
    assert!(ringvisor.drain(Duration::ZERO).behind > 0);

    fs::remove_file(&ballast).unwrap();
    assert!(ringvisor.flush(LONG), "it goes on by itself");
    until(|| told("is written again") == 1);
    assert_eq!(told("cannot write"), 1);
    let text = fs::read_to_string(&path).unwrap();
    let numbers = text.lines().filter_map(|line| line.strip_prefix("line ")?.get(..4));
    assert!(numbers.map(|number| number.parse::<u32>().unwrap()).eq(0..lines), "{text}");
    let errors = fs::read_to_string(errors).unwrap();
    assert_eq!(errors.matches("cannot write").count(), 1, "{errors}");
    assert!(errors.contains("times more") && errors.contains("written again"), "{errors}");
}
