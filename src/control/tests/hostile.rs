//! Whoever must not come in, or wants too much: refused or bounded, and the rest is answered.

use core::time::Duration;
use std::format;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::string::String;
use std::vec::Vec;

use super::{Fixture, Server};
use crate::control::place::reachable_in;
use crate::control::{Client, Operator, Place, StartError};

const PATIENCE: Duration = Duration::from_secs(30);

/// What is answered to these bytes, up to the end.
fn say(mut stream: impl Read + Write, bytes: &str) -> String {
    let mut answer = Vec::new();
    // It may be refused before it is read to its end.
    _ = stream.write_all(bytes.as_bytes());
    _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn local(fixture: &Fixture) -> UnixStream {
    let stream = UnixStream::connect(fixture.running.path().unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Waits until the log tells why somebody was refused.
fn await_refusal(fixture: &Fixture, why: &str) {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let log = fixture.client.text("/v1/logs?target=ringvisor::audit").unwrap();
        if log.contains(why) {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{why:?} is not told in {log}");
        std::thread::yield_now();
    }
}

fn is_alive(fixture: &Fixture) -> bool {
    fixture.client.text("/livez").is_ok_and(|text| text == "ok\n")
}

#[test]
fn nobody_but_its_user_can_open_the_socket() {
    let fixture = Fixture::new();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&*fixture.directory), 0o700);
    assert_eq!(mode(fixture.running.path().unwrap()), 0o600);
}

#[test]
fn a_directory_that_others_can_enter_is_refused() {
    let fixture = Fixture::new();
    let open = fixture.directory.join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    let start =
        |place: &Place| Server::new(Operator::new(fixture.view.clone())).listen(place).start();
    let refused = start(&Place::in_directory(&open, "x")).unwrap_err();
    assert!(matches!(refused, StartError::Open(_)), "{refused}");

    let link = fixture.directory.join("link");
    symlink(&fixture.directory, &link).unwrap();
    let refused = start(&Place::in_directory(&link, "x")).unwrap_err();
    assert!(matches!(refused, StartError::NotOurs(_)), "{refused}");
    let refused = start(fixture.place()).unwrap_err();
    assert!(matches!(refused, StartError::InUse(_)), "{refused}");
    assert!(is_alive(&fixture));
}

#[test]
fn only_what_refuses_a_connection_is_stale() {
    let fixture = Fixture::new();
    let stale = fixture.directory.join("gone-1.sock");
    drop(UnixListener::bind(&stale).unwrap());
    let file = fixture.directory.join("file-2.sock");
    fs::write(&file, "kept").unwrap();
    let found = reachable_in(&fixture.directory);
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0].name, found[0].pid), ("test", std::process::id()));
    assert!(!stale.exists(), "the stale socket is removed");
    // A file that is no socket refuses connections too, and is not ours to remove.
    assert!(file.exists(), "what is no socket stays");

    drop(UnixListener::bind(&stale).unwrap());
    let server = Server::new(Operator::new(fixture.view.clone())).listen(&Place::at(&stale));
    let running = server.start().unwrap();
    assert!(Client::unix(&stale).text("/livez").is_ok());
    drop(running);
    assert!(!stale.exists(), "a server takes its socket along");
}

#[test]
fn a_long_body_is_refused_before_it_is_read() {
    let fixture = Fixture::new();
    let head = format!(
        "POST /v1/tasks/x/stop HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
        1_u64 << 30
    );
    let mut stream = local(&fixture);
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");

    // The same in chunks, where nobody says how much it will be.
    let head = "POST /v1/tasks/x/stop HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut stream = local(&fixture);
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let sent = (0..1 << 14).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(sent < 1 << 14, "a gibibyte was taken");
    await_refusal(&fixture, "a request may have no more than 65536 bytes");
}

#[test]
fn a_thousand_connections_leave_the_program_unharmed() {
    let fixture = Fixture::with(|view| Server::new(Operator::new(view)).connections(16));
    let path = fixture.running.path().unwrap();
    let mut held = Vec::new();
    let mut turned_away = 0;
    for _ in 0..1_000 {
        let mut stream = UnixStream::connect(path).unwrap();
        if held.len() < 16 {
            // Half a request, and then nothing.
            stream.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n").unwrap();
            held.push(stream);
            continue;
        }
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        turned_away += usize::from(say(stream, "").starts_with("HTTP/1.1 503"));
    }
    assert_eq!(turned_away, 984);
    drop(held);
    // The seats are free as soon as the server has seen the ends.
    let deadline = std::time::Instant::now() + PATIENCE;
    while !is_alive(&fixture) {
        assert!(std::time::Instant::now() < deadline, "no seat comes free");
    }
    let text = fixture.client.text("/v1/logs?target=ringvisor::audit").unwrap();
    let told = text.lines().filter(|line| line.contains("too many connections")).count();
    assert!((1..=12).contains(&told), "{text}");
}

#[test]
fn half_a_request_is_given_up() {
    let limit = Duration::from_millis(100);
    let fixture = Fixture::with(|view| Server::new(Operator::new(view)).head_limit(limit));
    let mut stream = local(&fixture);
    stream.write_all(b"GET /livez HT").unwrap();
    let mut answer = Vec::new();
    // The server ends it, with an answer or without one.
    let end = stream.read_to_end(&mut answer).map_err(|error| error.kind());
    assert!(matches!(end, Ok(_) | Err(ErrorKind::ConnectionReset)), "{end:?}");
    await_refusal(&fixture, "no request came in time");
}

#[test]
fn over_tcp_a_token_a_host_and_an_origin_are_needed() {
    let fixture = Fixture::with(|view| Server::new(Operator::new(view)).tcp(([127, 0, 0, 1], 0)));
    let (address, token) = (fixture.running.address().unwrap(), fixture.running.token().unwrap());
    assert_eq!(Client::tcp(address, token).text("/livez").unwrap(), "ok\n");
    assert!(Client::tcp(address, "0".repeat(32)).text("/livez").is_err());

    let status = |headers: &str| {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!("GET /livez HTTP/1.1\r\nconnection: close\r\n{headers}\r\n");
        String::from(say(stream, &request).get(9..12).unwrap_or_default())
    };
    let (host, bearer) =
        (format!("host: {address}\r\n"), format!("authorization: Bearer {token}\r\n"));
    let port = address.port();
    assert_eq!(status(&format!("{host}{bearer}")), "200");
    assert_eq!(status(&format!("host: localhost:{port}\r\n{bearer}")), "200");
    assert_eq!(status(&format!("{host}cookie: a=b; ringvisor-{port}={token}\r\n")), "200");
    assert_eq!(status(&format!("{host}{bearer}origin: http://{address}\r\n")), "200");
    assert_eq!(status(&host), "401");
    assert_eq!(status(&format!("{host}authorization: Bearer x\r\n")), "401");
    assert_eq!(status(&format!("host: evil.example:{port}\r\n{bearer}")), "403");
    assert_eq!(status(&format!("{host}host: evil.example\r\n{bearer}")), "403");
    assert_eq!(status(&format!("{host}{bearer}origin: http://evil.example\r\n")), "403");
    assert_eq!(status(&format!("{host}{bearer}origin: null\r\n")), "403");
    assert_eq!(status(&format!("{host}{bearer}origin: https://{address}\r\n")), "403");

    await_refusal(&fixture, "the token is missing or wrong");

    let stream = TcpStream::connect(address).unwrap();
    let request = format!("POST /v1/session HTTP/1.1\r\nconnection: close\r\n{host}{bearer}\r\n");
    let answer = say(stream, &request);
    assert!(answer.contains("SameSite=Strict"), "{answer}");
    let refused = Server::new(Operator::new(fixture.view.clone())).tcp(([0, 0, 0, 0], 0)).start();
    assert!(matches!(refused, Err(StartError::NotLoopback(_))));
}
