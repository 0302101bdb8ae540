//! What somebody can do who has no more than a shell: a file, the environment, a signal, and the
//! socket of another user. Needs a process for each.
#![cfg(unix)]

#[path = "common/child.rs"]
mod child;

use std::fs;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

/// A folder of the test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ringvisor-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// A program that was started in `folder`, and what it says.
struct Program {
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
}

impl Program {
    fn start(test: &str, folder: &Path, set: &[(&str, &str)]) -> Self {
        let mut command = child::command(test);
        command.current_dir(folder).envs(set.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, said }
    }

    /// The next line that says this.
    fn says(&mut self, text: &str) -> String {
        let mut others = Vec::new();
        for line in self.said.by_ref().map(Result::unwrap) {
            if line.contains(text) {
                return line;
            }
            others.push(line);
        }
        panic!("{text:?} is not said:\n{}", others.join("\n"));
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// Logs one line, and lives until its input ends.
fn live() {
    ringvisor::init();
    log::debug!("precious");
    std::io::stdin().lines().for_each(drop);
}

#[test]
fn a_signal_has_a_dump_written_where_the_file_says() {
    if child::is_here() {
        return live();
    }
    let folder = Folder::new("dump");
    let text = "[control]\nsocket = 'off'\n[dump]\ndirectory = 'dumps'\n";
    fs::write(folder.0.join("ringvisor.toml"), text).unwrap();
    let test = "a_signal_has_a_dump_written_where_the_file_says";
    let mut program = Program::start(test, &folder.0, &[("RINGVISOR_DUMMP", "elsewhere")]);
    program.says("read ringvisor.toml");
    program.says("there is no variable RINGVISOR_DUMMP; did you mean RINGVISOR_DUMP?");
    for number in 1..=2 {
        program.signal("-USR1");
        let line = program.says("dump to dumps/");
        let (_, path) = line.split_once("dump to ").unwrap();
        let path = folder.0.join(path.split(',').next().unwrap());
        assert!(path.to_string_lossy().ends_with(&format!(".dump-{number}.jsonl")), "{path:?}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(path).unwrap().contains("precious"));
    }
    program.end();
}

#[test]
fn what_makes_no_sense_is_told_before_anything_starts() {
    if child::is_here() {
        let error = ringvisor::try_init().unwrap_err();
        eprintln!("error: {error}");
        std::process::exit(7);
    }
    let folder = Folder::new("nonsense");
    let path = folder.0.join("orders.toml");
    fs::write(&path, "[ring]\nbites = 7\n").unwrap();
    let test = "what_makes_no_sense_is_told_before_anything_starts";
    let set = [("RINGVISOR_CONFIG", "orders.toml")];
    let mut program = Program::start(test, &folder.0, &set);
    program.says("error: orders.toml:2:1: there is no key ring.bites; did you mean ring.bytes?");
    assert_eq!(program.child.wait().unwrap().code(), Some(7));
}

#[cfg(target_os = "linux")]
#[test]
fn another_user_is_refused_even_where_the_socket_is_open() {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;

    use ringvisor::control::{Client, Operator, Place, Server, View};

    /// Tells the other user where to knock.
    const SOCKET: &str = "RINGVISOR_TEST_SOCKET";
    const NOBODY: u32 = 65_534;

    if let Some(socket) = std::env::var_os(SOCKET) {
        return knock(Path::new(&socket));
    }
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return println!("skipped: nobody but root can be another user");
    }
    let folder = Folder::new("stranger");
    let socket = folder.0.join("s");
    let stream = ringvisor::RingStream::with_bytes(1 << 16).unwrap();
    let view = View::new("test", stream, ringvisor::Supervisor::new());
    let server = Server::new(Operator::new(view)).listen(&Place::at(&socket)).start().unwrap();
    // As if somebody had opened it by mistake.
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).unwrap();
    // By this path whoever may not enter the directory of the binary can start it, too.
    let mut command = Command::new("/proc/self/exe");
    command.args(["--exact", "another_user_is_refused_even_where_the_socket_is_open"]);
    command.arg("--nocapture").env(SOCKET, &socket).uid(NOBODY).gid(NOBODY);
    let output = match command.current_dir("/").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => return println!("skipped: no process of another user: {error}"),
    };
    if output.contains("cannot come so far") {
        return println!("skipped: {output}");
    }
    assert!(output.contains("0 bytes of answer"), "{output}");
    let log = Client::unix(&socket).text("/v1/logs").unwrap();
    assert!(log.contains("refused to talk to uid 65534") && log.contains("another user"), "{log}");
    drop(server);
}

/// Asks whether the program lives, and says how much was answered.
#[cfg(target_os = "linux")]
fn knock(socket: &Path) {
    let mut stream = match std::os::unix::net::UnixStream::connect(socket) {
        Ok(stream) => stream,
        Err(error) => return println!("cannot come so far: {error}"),
    };
    let mut answer = Vec::new();
    // It may be refused before it is read.
    _ = stream.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
    _ = stream.read_to_end(&mut answer);
    println!("{} bytes of answer", answer.len());
}
