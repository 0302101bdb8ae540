//! A program that can be asked, and the command that asks it.

use core::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use ringvisor::context::{self, Current};
use ringvisor::control::{Caller, Commands, Operator, Place, Running, Server, View};
use ringvisor::record::{Level, TaskId};
use ringvisor::supervise::{Ctx, Settable, Setting, Supervisor};
use ringvisor::{RingStream, supervise::When};
use tokio::runtime::Runtime;

/// What a user may have set, and nobody has here.
const ENVIRONMENT: [&str; 8] = [
    "RINGVISOR_SOCKET",
    "RINGVISOR_OUTPUT",
    "RINGVISOR_PAGER",
    "PAGER",
    "LESS",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "NO_COLOR",
];

/// A program with a log and tasks, in a directory of its own.
pub(crate) struct Bench {
    pub(crate) stream: RingStream,
    pub(crate) directory: PathBuf,
    pub(crate) socket: PathBuf,
    pub(crate) supervisor: Supervisor,
    server: Option<Running>,
    pub(crate) runtime: Runtime,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(|view| Server::new(Operator::new(view)))
    }

    pub(crate) fn read_only() -> Self {
        Self::with(Server::read_only)
    }

    fn with(server: impl FnOnce(View) -> Server) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("rvctl-test-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir(&directory).unwrap();
        let socket = directory.join("s");
        let runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = { runtime }.worker_threads(1).enable_all().build().unwrap();
        let stream = RingStream::with_bytes(1 << 20).unwrap();
        let supervisor = Supervisor::on(runtime.handle().clone());
        runtime.block_on(add_tasks(&supervisor));
        let view = View::new("demo", stream.clone(), supervisor.clone());
        let commands = Commands::new();
        runtime.block_on(async { add_commands(&commands) });
        let server =
            server(view.with_commands(commands)).listen(&Place::at(&socket)).start().unwrap();
        Self { stream, directory, socket, supervisor, server: Some(server), runtime }
    }

    /// The program ends, as far as anybody outside can see.
    pub(crate) fn end(&mut self) {
        drop(self.server.take());
    }

    /// Another program at the same place.
    pub(crate) fn start_again(&mut self) {
        self.stream = RingStream::with_bytes(1 << 20).unwrap();
        let view = View::new("demo", self.stream.clone(), Supervisor::new());
        let server = Server::new(Operator::new(view)).listen(&Place::at(&self.socket));
        self.server = Some(server.start().unwrap());
    }

    pub(crate) fn say(&self, level: Level, text: &str) {
        writeln!(self.stream.writer_at(level, "demo::work"), "{text}").unwrap();
    }

    /// The same as a line of a task.
    pub(crate) fn say_as(&self, task: &str, run: u32, text: &str) {
        let task = Current { id: TaskId(7), run, name: task };
        context::scope(Some(&task), || self.say(Level::Info, text));
    }

    /// The command with these arguments.
    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rvctl"));
        command.arg("--socket").arg(&self.socket).args(args.split_whitespace());
        command.current_dir(&self.directory).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        for key in ENVIRONMENT {
            command.env_remove(key);
        }
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs it, and compares what it prints, standard error behind standard output; `…` stands for
    /// any text.
    #[track_caller]
    pub(crate) fn prints(&self, args: &str, code: i32, expected: &[&str]) {
        prints(&mut self.command(args), args, code, expected);
    }
}

/// The same for any command.
#[track_caller]
pub(crate) fn prints(command: &mut Command, args: &str, code: i32, expected: &[&str]) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    let text = text.concat();
    let printed: Vec<&str> = text.lines().collect();
    let fits = printed.len() == expected.len()
        && expected.iter().zip(&printed).all(|(expected, line)| fits(expected, line));
    assert!(fits, "rvctl {args}\n--- expected\n{}\n--- printed\n{text}", expected.join("\n"));
    assert_eq!(output.status.code(), Some(code), "rvctl {args}\n{text}");
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.end();
        _ = fs::remove_dir_all(&self.directory);
    }
}

fn fits(expected: &str, line: &str) -> bool {
    let mut parts = expected.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let mut is_open = false;
    for part in parts {
        is_open = part.is_empty();
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    is_open || rest.is_empty()
}

/// One of each kind, each in a state that stays.
async fn add_tasks(supervisor: &Supervisor) {
    let group = supervisor.group("net").start().unwrap();
    drop(group.task("dhcp", wait).start().unwrap());
    let flaky = supervisor.task("flaky", |_| async { Err::<(), _>("no such block") });
    let flaky = flaky.restart(When::Never).start().unwrap();
    _ = flaky.await;
    let answer = supervisor.task("answer", |_| async { 42 }).start().unwrap();
    _ = answer.await;
    let mail = Mail { pause: Duration::from_millis(700) };
    drop(supervisor.task_settable("mailer", mail, |cx, _| wait(cx)).start().unwrap());
    let blink = Blink { led: 2, pause: Duration::from_millis(500) };
    drop(supervisor.task_settable("spare", blink, blink_led).add().unwrap());
    tokio::time::timeout(Duration::from_secs(10), async {
        while supervisor.alive().len() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

async fn wait(cx: Ctx) {
    cx.status("waiting for rx");
    cx.stopping().await;
}

#[derive(Clone, Debug)]
struct Blink {
    led: u8,
    pause: Duration,
}

impl Settable for Blink {
    fn settings(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Setting)) {
        visit("led", &mut self.led);
        visit("pause", &mut self.pause);
    }
}

#[derive(Clone, Debug)]
struct Mail {
    pause: Duration,
}

impl Settable for Mail {
    fn settings(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Setting)) {
        visit("pause", &mut self.pause);
    }
}

/// Tells with which arguments it runs.
async fn blink_led(cx: Ctx, Blink { led, pause }: Blink) {
    cx.status(format!("led {led} every {pause:?}"));
    cx.stopping().await;
}

/// One that does well, and one for each kind of trouble.
fn add_commands(commands: &Commands) {
    let drain = |cx: Caller, queue: String, limit: Option<Duration>| async move {
        cx.say(format_args!("draining {queue} for {limit:?}"));
        Ok::<_, String>(7_u32)
    };
    commands.add("drain QUEUE LIMIT - empties a queue", drain).unwrap();
    let broken = |cx: Caller| async move {
        cx.say("\x1b[2Jhalf of it");
        Err::<(), _>("the disk is full")
    };
    commands.add("broken", broken).unwrap();
    commands.add_blocking("boom", |_: Caller| -> u8 { panic!("no such block") }).unwrap();
    commands.add("stuck", |_: Caller| core::future::pending::<()>()).unwrap();
    let flood = |cx: Caller, lines: u32| async move {
        (0..lines).for_each(|line| cx.say(line));
    };
    commands.add("flood LINES", flood).unwrap();
}
