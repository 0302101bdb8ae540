//! Running other programs: output kept in a file, a deadline, and an error that shows everything.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, io, process, thread};

use crate::project::Project;

/// A program with its arguments, not yet started.
pub struct Run<'a> {
    project: &'a Project,
    command: Command,
    limit: Duration,
}

/// How a program ended that could be started and kept to its time.
pub struct Ended {
    pub status: ExitStatus,
    /// Standard output and standard error in the order they were written.
    pub output: String,
}

/// Longer than any single call of ours takes on two slow cores, shorter than a job's patience.
const LIMIT: Duration = Duration::from_secs(20 * 60);

impl<'a> Run<'a> {
    /// `program`, started in the root of the checkout.
    pub fn new(project: &'a Project, program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(&project.root).stdin(Stdio::null());
        Self { project, command, limit: LIMIT }
    }

    /// The cargo that started us, with `args` separated by blanks.
    pub fn cargo(project: &'a Project, args: &str) -> Self {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        Self::new(project, cargo).args(args.split_whitespace())
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Sets `key` unless the caller's environment has it already.
    pub fn env_default(self, key: &str, value: &str) -> Self {
        if env::var_os(key).is_some() { self } else { self.env(key, value) }
    }

    pub fn without_env(mut self, key: &str) -> Self {
        self.command.env_remove(key);
        self
    }

    /// A folder below `target/` for what cargo builds; the default is `target/` itself.
    pub fn target_dir(self, name: &str) -> Self {
        let folder = self.project.target(name);
        self.env("CARGO_TARGET_DIR", folder)
    }

    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end with its output kept; an exit code other than 0 is an error that shows
    /// the command and its whole output.
    pub fn succeed(self) -> Result<String, String> {
        let shown = self.shown();
        let ended = self.end()?;
        if ended.status.success() {
            return Ok(ended.output);
        }
        Err(format!("$ {shown}\n{}\n{}", ended.output.trim_end(), ended.status))
    }

    /// Runs it to its end with its output kept, whatever its exit code.
    pub fn end(mut self) -> Result<Ended, String> {
        let shown = self.shown();
        let log = new_log(self.project);
        let failed = |error: io::Error| format!("$ {shown}\ncannot be run: {error}");
        let child = self.start(&log).map_err(failed)?;
        let status = wait(child, self.limit).map_err(failed)?;
        let output = String::from_utf8_lossy(&fs::read(&log).map_err(failed)?).into_owned();
        let _ = fs::remove_file(&log);
        match status {
            Some(status) => Ok(Ended { status, output }),
            None => Err(format!("$ {shown}\n{output}\nkilled after {:?}", self.limit)),
        }
    }

    /// Runs it with our own standard output and error, whatever its exit code.
    pub fn show(mut self) -> Result<ExitStatus, String> {
        let shown = self.shown();
        self.command.status().map_err(|error| format!("$ {shown}\ncannot be run: {error}"))
    }

    fn start(&mut self, log: &Path) -> io::Result<Child> {
        fs::create_dir_all(log.parent().unwrap_or(log))?;
        let file = File::create(log)?;
        self.command.env("CARGO_TERM_COLOR", "never");
        self.command.stdout(file.try_clone()?).stderr(file).spawn()
    }

    /// The command as one would type it.
    fn shown(&self) -> String {
        let set = |(key, value): (&OsStr, Option<&OsStr>)| {
            Some(format!("{}='{}'", key.to_string_lossy(), value?.to_string_lossy()))
        };
        let name = Path::new(self.command.get_program()).file_name().unwrap_or_default();
        let mut words: Vec<String> = self.command.get_envs().filter_map(set).collect();
        words.push(name.to_string_lossy().into_owned());
        words.extend(self.command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
        words.join(" ")
    }
}

/// A file of its own for each call: our tests run side by side, and below a call of ours.
fn new_log(project: &Project) -> PathBuf {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    project.target(&format!("xtask/output-{}-{call}.log", process::id()))
}

/// Waits for the end; `None` if the time was up and the child had to be killed.
fn wait(mut child: Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            kill_tree(child.id());
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Kills a process and what it started: killing cargo alone would leave a hanging test behind.
/// (A process group of its own would do too, but then Ctrl-C would no longer reach it.)
fn kill_tree(pid: u32) {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    for child in children.unwrap_or_default().split_whitespace().flat_map(str::parse) {
        kill_tree(child);
    }
}

#[cfg(test)]
mod tests;
