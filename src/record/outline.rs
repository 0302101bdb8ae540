//! What an encoded record is made of, without decoding it.

use super::brief;
use super::fields::Items;
use super::format::{HEADER_LEN, tag};

/// The parts of an encoded record that a line of text shows, as they are encoded. Nothing but
/// lengths is checked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outline<'a> {
    /// The message, where it stands in the record itself.
    pub(crate) message: Option<&'a [u8]>,
    /// Whether it holds a task, spans or fields.
    pub(crate) has_parts: bool,
    /// Whether it holds a task.
    pub(crate) has_task: bool,
    /// The entry of the task's name in the string table; 0 where it has none.
    pub(crate) task_name: u32,
}

impl<'a> Outline<'a> {
    /// Walks over the items of an encoded record.
    #[inline]
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        if brief::is_brief(bytes) {
            return Self { message: brief::message(bytes), ..Self::default() };
        }
        let mut outline = Self::default();
        for (tag, payload) in Items::new(bytes.get(HEADER_LEN..).unwrap_or_default()) {
            match tag {
                tag::MESSAGE if outline.message.is_none() => outline.message = Some(payload),
                tag::TASK if !outline.has_task => outline.task(payload),
                tag::MESSAGE | tag::SITE | tag::PIECE => {}
                _ => outline.has_parts = true,
            }
        }
        outline
    }

    fn task(&mut self, payload: &[u8]) {
        let name = payload.get(12..).and_then(<[u8]>::first_chunk);
        self.task_name = name.map_or(0, |id| u32::from_le_bytes(*id));
        (self.has_task, self.has_parts) = (true, true);
    }
}
