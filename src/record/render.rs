//! Records as people and programs read them.
//!
//! A renderer writes one record as one line, without the line's end, into any
//! [`core::fmt::Write`]. Control characters of a text are escaped (`\n`, `\x1b`), so that no text
//! can look like a second record or reach a terminal's commands.

pub(super) mod digits;
mod escape;
mod json;
mod style;
#[cfg(feature = "std")]
mod template;
mod text;
#[cfg_attr(all(feature = "cortex-m", not(feature = "std")), path = "render/value/absent.rs")]
mod value;

#[cfg(feature = "std")]
pub(crate) use escape::{write_json, write_line};
pub use json::Json;
pub use style::Style;
#[cfg(feature = "std")]
pub(crate) use template::Own;
#[cfg(feature = "std")]
pub use template::{Template, TemplateError, TemplateReason};
pub use text::Text;
#[cfg(feature = "trace")]
pub(crate) use text::write_text;
