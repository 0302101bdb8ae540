//! The documentation, as docs.rs builds it, every warning an error.

use crate::command::Run;
use crate::report::Step;

pub fn step() -> Step {
    Step::new("docs", |project| {
        let call = Run::cargo(project, "doc --no-deps --all-features");
        call.env("RUSTDOCFLAGS", "-D warnings").succeed()?;
        Ok(String::new())
    })
}
