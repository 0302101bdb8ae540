use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::owner::short;
use super::{Frame, Owner, Stack, name};
use crate::supervise::trace::symbols::Symbol;

fn frame(function: &str, file: Option<&str>) -> Frame {
    let file = file.map(String::from);
    let line = file.as_ref().map(|_| 7);
    Frame::of(&Symbol { function: function.into(), file, line, column: line })
}

const REGISTRY: &str = "/h/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f";

fn tokio(path: &str) -> String {
    std::format!("{REGISTRY}/tokio-1.54.1/src/{path}")
}

#[test]
fn names_are_readable() {
    let table = [
        ("demo::verify::{{closure}}", "demo::verify"),
        ("demo[1f2e3d]::verify::<u8>::{async_fn#0}", "demo::verify"),
        ("{async_fn#0}<u8>", "async fn"),
        ("{async_block#1}", "async block"),
        ("{closure#0}", "closure"),
        ("poll<core::option::Option<u8>, fn(u8) -> u8>", "poll"),
        ("<demo::Wheel as core::future::Future>::poll", "demo::Wheel::poll"),
        ("<demo::Wheel<T> as core::future::Future<O = Vec<u8>>>::poll", "demo::Wheel::poll"),
        ("<alloc::boxed::Box<dyn Fn() -> u8>>::call", "alloc::boxed::Box::call"),
        ("", "?"),
    ];
    for (function, readable) in table {
        assert_eq!(name::readable(function), readable, "{function}");
    }
}

#[test]
fn code_has_an_owner() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/src/");
    let library = |name: &str| Owner::Library(name.into());
    let table = [
        (Some("/srv/shop/src/cart.rs".into()), Owner::User),
        (Some(tokio("sync/mpsc/bounded.rs")), library("tokio")),
        (Some("/h/.cargo/git/checkouts/wheel-x-0a1b/3c4d/src/lib.rs".into()), library("3c4d")),
        (Some("/rustc/59807616/library/core/src/future/poll_fn.rs".into()), Owner::Std),
        (Some("./nptl/pthread_create.c".into()), Owner::Std),
        (Some([own, "supervise/tokio/supervised.rs"].concat()), Owner::Wrapper),
        (Some(std::format!("{REGISTRY}/ringvisor-0.1.0/src/context/cell.rs")), Owner::Wrapper),
    ];
    for (file, owner) in table {
        assert_eq!(frame("f", file.as_deref()).owner, owner, "{file:?}");
    }
    let table = [
        ("shop::cart::total", Owner::User),
        ("<shop::Cart as core::fmt::Debug>::fmt", Owner::User),
        ("<core::option::Option<T>>::map", Owner::Std),
        ("tokio::runtime::park", library("tokio")),
        ("clone3", Owner::Std),
        ("poll_next<shop::Cart>", Owner::Std),
    ];
    for (function, owner) in table {
        assert_eq!(frame(function, None).owner, owner, "{function}");
    }
}

#[test]
fn paths_are_short() {
    let here = std::env::current_dir().unwrap().join("examples/demo.rs");
    assert_eq!(short(here.to_str().unwrap()), "examples/demo.rs");
    assert_eq!(short(&tokio("net/tcp.rs")), "tokio-1.54.1/src/net/tcp.rs");
    assert_eq!(short("/rustc/5980/library/core/src/task.rs"), "core/src/task.rs");
    assert_eq!(short("/srv/shop/src/cart.rs"), "/srv/shop/src/cart.rs");
}

/// A wait as a release build shows it, where inlined functions have no path.
fn waiting() -> Stack {
    let poll_fn = "/rustc/5980/library/core/src/future/poll_fn.rs";
    let wrapper = concat!(env!("CARGO_MANIFEST_DIR"), "/src/supervise/trace/capture.rs");
    let frames = [
        ("register_by_ref", tokio("sync/task/atomic_waker.rs")),
        ("{closure#0}<u8>", tokio("sync/mpsc/bounded.rs")),
        ("poll<u8>", poll_fn.into()),
        ("{async_fn#0}<u8>", tokio("sync/mpsc/bounded.rs")),
        ("{async_fn#0}", "/srv/shop/src/cart.rs".into()),
        ("{async_block#0}", "/srv/shop/src/main.rs".into()),
        ("capture<u8>", wrapper.into()),
    ];
    Stack::from(frames.map(|(function, file)| frame(function, Some(&file))).to_vec())
}

#[test]
fn the_users_frames_and_what_they_wait_in_are_found() {
    let stack = waiting();
    let user: Vec<_> = stack.user().map(|frame| frame.function.as_str()).collect();
    assert_eq!(user, ["async fn", "async block"]);
    assert_eq!(stack.waits_in().map(Frame::path).as_deref(), Some("tokio::sync::mpsc::bounded"));
    assert!(!stack.lacks_lines() && stack.unread() == 0);
}

proptest! {
    #[test]
    fn no_name_upsets_it(function in "[a-z<>\\[\\]{}#:& é-]{0,40}") {
        let _ = name::readable(&function);
        let _ = name::module_of(&function);
        let _ = frame(&function, Some(&function));
    }
}
