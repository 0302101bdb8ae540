//! A program dies by SIGKILL in the middle of its work; another one reads its last words.
//!
//! The parent starts itself once more as the child, kills it, and then tells from the child's black
//! box what was logged last, which tasks there were and where they were last heard of.

use core::error::Error;

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args_os().nth(1) {
        Some(path) => child::run(path.as_ref()),
        None => parent::run(),
    }
}

#[cfg(not(unix))]
fn main() -> Result<(), Box<dyn Error>> {
    Err("black boxes need a Unix".into())
}

#[cfg(unix)]
mod child {
    use core::error::Error;
    use core::time::Duration;
    use std::path::Path;
    use std::thread;

    use ringvisor::context::{self, Current};
    use ringvisor::record::{LevelFilter, TaskId};

    /// Works until it is killed.
    pub(crate) fn run(path: &Path) -> Result<(), Box<dyn Error>> {
        let builder = ringvisor::builder("orders").stderr(LevelFilter::Off).black_box(path);
        let _ringvisor = builder.try_init()?;
        thread::scope(|scope| {
            scope.spawn(|| as_task(1, "intake", take_orders));
            scope.spawn(|| as_task(2, "billing", write_bills));
            as_task(3, "report", || log::info!("nothing to report"));
            println!("at work");
        });
        Ok(())
    }

    /// What a supervisor does when it runs a task.
    fn as_task(id: u64, name: &'static str, work: impl FnOnce()) {
        context::scope(Some(&Current { id: TaskId(id), run: 1, name }), work);
    }

    fn take_orders() {
        for order in 1.. {
            log::debug!(order; "order taken");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn write_bills() {
        log::info!("opening the ledger");
        log::warn!(wait_s = 30; "the ledger is locked");
        // It never comes back, and its last words say where it was.
        loop {
            thread::park();
        }
    }
}

#[cfg(unix)]
mod parent {
    use core::error::Error;
    use std::env;
    use std::fs;
    use std::io::{BufRead, BufReader};
    use std::path::Path;
    use std::process::{Command, Stdio};

    use ringvisor::black_box;
    use ringvisor::stream::Query;

    pub(crate) fn run() -> Result<(), Box<dyn Error>> {
        let folder = Path::new("/dev/shm");
        let folder = if folder.is_dir() { folder.to_owned() } else { env::temp_dir() };
        let path = folder.join(format!("orders-{}.box", std::process::id()));
        let told = kill_child(&path).and_then(|()| tell(&path));
        let _ = fs::remove_file(&path);
        told
    }

    fn kill_child(path: &Path) -> Result<(), Box<dyn Error>> {
        let mut command = Command::new(env::current_exe()?);
        let mut child = command.arg(path).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("the child has an output")?;
        BufReader::new(output).read_line(&mut String::new())?;
        wait_for_orders(path)?;
        child.kill()?;
        println!("child: {}", child.wait()?);
        Ok(())
    }

    /// A box can be read while its process lives: here, until that has something to tell.
    fn wait_for_orders(path: &Path) -> Result<(), Box<dyn Error>> {
        loop {
            let tasks = black_box::open(path)?.tasks();
            if tasks.len() == 3 && tasks.iter().any(|task| task.records >= 5) {
                return Ok(());
            }
        }
    }

    fn tell(path: &Path) -> Result<(), Box<dyn Error>> {
        let recording = black_box::open(path)?;
        println!("{} {}; its last words:", recording.name(), recording.end());
        Query::new().last(3).print_to(recording.stream(), std::io::stdout())?;
        println!("its tasks:");
        for task in recording.tasks() {
            println!("{task}");
        }
        Ok(())
    }
}

// Output:
// child: signal: 9 (SIGKILL)
// orders was killed; its last words:
// … [orders] [DEBUG] [intake] order taken order=…
// … [orders] [DEBUG] [intake] order taken order=…
// … [orders] [DEBUG] [intake] order taken order=…
// its tasks:
// ● …
// ● …
// ● intake#1: last heard of at examples/black_box.rs:…: [DEBUG] order taken
