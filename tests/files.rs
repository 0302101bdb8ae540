//! Log files beside real parts: a limit of the kernel, a full file system, signals, Debian's
//! logrotate.
#![cfg(all(feature = "std", feature = "log", target_os = "linux"))]

#[path = "common/child.rs"]
mod child;
#[path = "files/full.rs"]
mod full;
#[path = "files/hangup.rs"]
mod hangup;
#[path = "files/killed.rs"]
mod killed;

use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Instant;

use ringvisor::record::{LevelFilter, Template};
use ringvisor::sink::File;
use ringvisor::{Ringvisor, builder};

const LONG: Duration = Duration::from_secs(60);

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ringvisor-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(name)).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'), "{name} ends within a line");
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A file whose lines are the messages.
fn plain(path: &Path) -> File {
    File::new(path).format("{message}".parse::<Template>().unwrap())
}

fn log_to(path: &Path) -> Ringvisor {
    builder("files").stderr(LevelFilter::Off).file(plain(path)).init()
}

fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < LONG, "waited in vain");
        std::thread::yield_now();
    }
}

/// The path that the parent tells its child.
fn told_path() -> PathBuf {
    std::env::var_os("LOG_PATH").expect("the parent tells the path").into()
}

fn start(test: &str, path: &Path) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut command = child::command(test);
    command.env("LOG_PATH", path).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    (child, stdout)
}

fn wait_for(text: &str, lines: &mut impl BufRead) {
    assert!(lines.lines().map_while(Result::ok).any(|line| line.contains(text)), "no {text}");
}

fn limit(bytes: libc::rlim_t) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the limit is a valid one, and ignoring a signal runs no code of ours.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit);
    }
}

#[test]
fn a_limit_of_the_kernel_is_waited_for() {
    if child::is_here() {
        let path = told_path();
        let ringvisor = log_to(&path);
        limit(4099);
        (0..1000).for_each(|i| log::info!("line number {i}"));
        let told = |text: &str| ringvisor.stream().grep(text, &mut String::new()).unwrap();
        until(|| told("cannot write") == 1);
        let torn = fs::read_to_string(&path).unwrap();
        assert!(torn.ends_with('\n') && torn.len() <= 4099, "{}", torn.len());
        assert!(!ringvisor.flush(Duration::from_millis(300)));
        limit(libc::RLIM_INFINITY);
        until(|| told("is written again") == 1);
        println!("{}", ringvisor.drain(LONG));
        return;
    }
    let folder = Folder::new("limit");
    let (mut child, mut stdout) =
        start("a_limit_of_the_kernel_is_waited_for", &folder.path("x.log"));
    wait_for("all records are written", &mut stdout);
    assert!(child.wait().unwrap().success());
    let lines = folder.lines("x.log");
    let number = |line: &String| line.strip_prefix("line number ")?.parse::<u32>().ok();
    assert!(lines.iter().filter_map(number).eq(0..1000));
}

#[test]
fn of_a_killed_program_no_more_than_a_tenth_of_a_second_is_missing() {
    if child::is_here() {
        let _ringvisor = log_to(&told_path());
        (0..1000).for_each(|i| log::info!("line {i}"));
        println!("logged");
        let _ = std::io::stdout().flush();
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    let folder = Folder::new("kill");
    let test = "of_a_killed_program_no_more_than_a_tenth_of_a_second_is_missing";
    let (mut child, mut stdout) = start(test, &folder.path("x.log"));
    wait_for("logged", &mut stdout);
    // Nobody sends: this is the tenth of a second.
    let (_sender, receiver) = channel::<()>();
    let _ = receiver.recv_timeout(Duration::from_millis(100));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(folder.lines("x.log").len(), 1000);
}

/// Debian's logrotate with its library, fetched if it is not installed; nothing where that cannot be.
fn logrotate() -> Option<Command> {
    if Command::new("logrotate").arg("--version").output().is_ok() {
        return Some(Command::new("logrotate"));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("logrotate");
    let program = folder.join("usr/sbin/logrotate");
    if !program.exists() {
        fs::create_dir_all(&folder).ok()?;
        let mut fetch = Command::new("apt-get");
        fetch.args(["download", "-qq", "-o", "APT::Sandbox::User=root", "logrotate", "libpopt0"]);
        fetch.current_dir(&folder).status().ok().filter(|status| status.success())?;
        for entry in fs::read_dir(&folder).ok()?.flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "deb") {
                Command::new("dpkg").arg("-x").arg(entry.path()).arg(&folder).status().ok()?;
            }
        }
    }
    let libraries = fs::read_dir(folder.join("usr/lib")).ok()?.flatten().next()?.path();
    let mut command = Command::new(program);
    command.env("LD_LIBRARY_PATH", libraries);
    Some(command)
}

fn no_logrotate() {
    assert!(std::env::var_os("CI").is_none(), "there is no logrotate");
    println!("skipped: there is no logrotate and no way to fetch it");
}

#[test]
fn logrotate_may_move_the_file() {
    if child::is_here() {
        return;
    }
    let Some(mut command) = logrotate() else { return no_logrotate() };
    let folder = Folder::new("logrotate");
    let config = folder.path("conf");
    let how = "  rotate 5\n  nocompress\n  missingok\n";
    let path = folder.path("x.log");
    fs::write(&config, format!("{} {{\n{how}  nocreate\n}}\n", path.display())).unwrap();
    let ringvisor = builder("files").stderr(LevelFilter::Off).file(plain(&path)).build().unwrap();
    let say = |text: &str| {
        let mut record = log::Record::builder();
        let record = record.level(log::Level::Info).target("files");
        log::Log::log(ringvisor.stream(), &record.args(format_args!("{text}")).build());
        assert!(ringvisor.flush(LONG));
    };
    command.arg("--force").arg("--state").arg(folder.path("state")).arg(&config);
    say("one");
    assert!(command.status().unwrap().success());
    say("two");
    assert!(command.status().unwrap().success());
    say("three");
    assert_eq!(folder.lines("x.log.2"), ["one"]);
    assert_eq!(folder.lines("x.log.1"), ["two"]);
    assert_eq!(folder.lines("x.log"), ["three"]);
}
