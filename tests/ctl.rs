//! A program is its own command: started with `ctl` it asks the one that runs. Needs a `main` of its
//! own, as users have one.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use ringvisor::Builder;
use ringvisor::record::LevelFilter;

/// Set where this program was started by itself.
const OURS: &str = "RINGVISOR_TEST_CTL";

fn main() -> ExitCode {
    let own = ringvisor::builder("own").stderr(LevelFilter::Off);
    // Whoever runs the tests may have typed `ctl` to choose this one.
    let is_ours = std::env::var_os(OURS).is_some();
    if is_ours && own.ctl_requested() {
        return own.ctl().into();
    }
    if is_ours && std::env::args().nth(1).as_deref() == Some("serve") {
        serve(own);
    } else {
        let name = format!("ringvisor-ctl-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir(&directory).unwrap();
        check(&directory);
        std::fs::remove_dir_all(directory).unwrap();
        println!("test a program is its own command ... ok");
    }
    ExitCode::SUCCESS
}

/// Runs until its standard input ends.
fn serve(own: Builder) {
    let _own = own.control(true).try_init().unwrap();
    log::info!("here it is");
    println!("ready");
    _ = std::io::stdin().read(&mut [0]);
}

fn check(directory: &Path) {
    let asked = |args: &str| {
        let output = itself(directory, args).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let (code, text) = asked("ctl status");
    assert_eq!(code, Some(5), "{text}");

    let mut served = itself(directory, "serve");
    let mut served = served.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(served.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    assert_eq!(ready, "ready\n");

    let (code, text) = asked("ctl status");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains(&format!("own - pid {}, running since", served.id())), "{text}");
    assert_eq!(asked("ctl logs -q -o cat").1, "here it is\n");
    let (code, text) = asked("ctl status nobody");
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains(" ctl: there is no task \"nobody\""), "{text}");

    drop(served.stdin.take());
    assert!(served.wait().unwrap().success());
}

/// This program with other arguments, where nobody else's sockets lie.
fn itself(directory: &Path, args: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(args.split(' '))
        .env("XDG_RUNTIME_DIR", directory)
        .env("TMPDIR", directory)
        .env(OURS, "1");
    for key in ["RINGVISOR_SOCKET", "RINGVISOR_OUTPUT", "RUST_LOG"] {
        command.env_remove(key);
    }
    command.stdin(Stdio::null());
    command
}
