//! The kernel kills for want of memory. Needs a control group whose limit may be set.

use std::fs;
use std::path::{Path, PathBuf};

use ringvisor::black_box::End;

use super::{Folder, assert_all_there, child, dying, say_words};

const LIMIT: &str = "67108864";

/// A control group with little memory, gone with this value.
struct Group(PathBuf);

impl Group {
    /// `None` where this process may not make one.
    fn new() -> Option<Self> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        let place = |line: &str| {
            let mut parts = line.splitn(3, ':').skip(1);
            match (parts.next()?, parts.next()?) {
                ("", path) => Some((format!("/sys/fs/cgroup{path}"), "memory.max")),
                ("memory", path) => {
                    Some((format!("/sys/fs/cgroup/memory{path}"), "memory.limit_in_bytes"))
                }
                _ => None,
            }
        };
        groups.lines().filter_map(place).find_map(|(base, limit)| {
            let group = Path::new(&base).join(format!("ringvisor-test-{}", std::process::id()));
            fs::create_dir(&group).ok()?;
            let group = Self(group);
            fs::write(group.0.join(limit), LIMIT).ok()?;
            Some(group)
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

/// Joins the group, says the words, and takes memory until that is the end.
fn take_all() {
    let group = std::env::var("GROUP").unwrap();
    fs::write(Path::new(&group).join("cgroup.procs"), std::process::id().to_string()).unwrap();
    let _ringvisor = say_words();
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1_u8; 1 << 20]);
        core::hint::black_box(&taken);
    }
}

#[test]
fn the_last_words_are_there_when_memory_ran_out() {
    const THIS: &str = "memory::the_last_words_are_there_when_memory_ran_out";
    if child::is_here() {
        return take_all();
    }
    let Some(group) = Group::new() else {
        println!("skipped: no control group can be made here");
        return;
    };
    let folder = Folder::new("memory");
    let path = folder.path("words.box");
    let mut command = dying(THIS, "memory", &path);
    let status = command.env("GROUP", &group.0).status().unwrap();
    assert!(!status.success());
    let end = End::Killed { asked: None, out_of_memory: true };
    assert_all_there(&path, "out of memory", &end);
}
