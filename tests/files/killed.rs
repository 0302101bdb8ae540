//! SIGKILL at any moment: with a black box the next run completes the file, each record once.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use ringvisor::black_box::{self, path_of_run};
use ringvisor::builder;
use ringvisor::record::LevelFilter;
use ringvisor::sink::Lanes;
use ringvisor::stream::Entry;

use super::{Folder, child, plain, told_path, until};

const WRITERS: usize = 2;
const RECORDS: usize = 15_000;

/// The file as each run describes it.
fn file(path: &Path) -> ringvisor::sink::File {
    plain(path).max_bytes(200_000).lanes(Lanes::new().urgent(LevelFilter::Warn))
}

fn run(path: &Path) {
    let builder = builder("killed").stderr(LevelFilter::Off).black_box(path.with_extension("box"));
    let _ringvisor = builder.file(file(path)).init();
    if std::env::var_os("ONLY_COMPLETE").is_some() {
        return;
    }
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            scope.spawn(move || {
                for number in 0..RECORDS {
                    let blank = number * 7 % 90;
                    match number % 50 {
                        0 => log::warn!(target: "killed", "{writer} {number} {:blank$}", ""),
                        _ => log::info!(target: "killed", "{writer} {number} {:blank$}", ""),
                    }
                }
            });
        }
    });
    loop {
        std::thread::park();
    }
}

/// All messages that the box of the killed process holds, sorted.
fn logged(path: &Path) -> Vec<String> {
    let recording = black_box::open(path).unwrap();
    let mut cursor = recording.stream().cursor();
    let mut messages = Vec::new();
    while let Some(entry) = cursor.next() {
        match entry {
            Entry::Record(record) if record.target == "killed" => {
                messages.push(record.message.into())
            }
            _ => {}
        }
    }
    messages.sort();
    messages
}

/// All lines of the file and of those before it, sorted.
fn written(folder: &Folder) -> Vec<String> {
    let names = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let logs = names.filter(|name| name.starts_with("x.log"));
    let mut lines: Vec<String> = logs.flat_map(|name| folder.lines(&name)).collect();
    lines.sort();
    lines
}

#[test]
fn the_next_run_completes_the_file() {
    const THIS: &str = "killed::the_next_run_completes_the_file";
    if child::is_here() {
        return run(&told_path());
    }
    let mut random = u64::from(std::process::id());
    for _ in 0..6 {
        let folder = Folder::new("complete");
        let path = folder.path("x.log");
        let mut command = child::command(THIS);
        let mut child = command.env("LOG_PATH", &path).stdout(Stdio::null()).spawn().unwrap();
        random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        let bytes = (random >> 40) % 1_000_000;
        let is_far = || {
            let old = (0..20).map(|back| fs::metadata(path_of_run(&path, back)));
            old.map(|file| file.map_or(0, |file| file.len())).sum::<u64>() > bytes
        };
        until(is_far);
        child.kill().unwrap();
        child.wait().unwrap();

        let mut next = child::command(THIS);
        let next = next.env("LOG_PATH", &path).env("ONLY_COMPLETE", "1").output().unwrap();
        assert!(next.status.success(), "{next:?}");
        let dead = path_of_run(path.with_extension("box"), 1);
        let (logged, written) = (logged(&dead), written(&folder));
        assert!(!logged.is_empty());
        assert!(logged == written, "{} logged, {} written", logged.len(), written.len());
        // Whoever comes after that has nothing to do.
        let again = ringvisor::complete(&dead, file(&path)).unwrap().unwrap();
        assert_eq!((again.records, again.lost), (0, 0));
    }
}
