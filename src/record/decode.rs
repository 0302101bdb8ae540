//! From bytes back to a [`Record`]. The bytes are read as hostile: every length, number and text
//! in them is checked once, here.

mod error;

pub use self::error::{DecodeError, Part, Reason};
use super::fields::{Fields, Items, RawKey, Spans, split_key, split_short};
use super::format::{HEADER_LEN, ITEM_LEN, Peek, peek, tag};
use super::site::Site;
use super::value::{Value, text};
use super::{Piece, Record, Task, TaskId, Time, UNKNOWN, brief};

/// What records refer to instead of holding it: entries of the string table and names of threads.
pub trait Names {
    /// The entry with that number, never 0: the blob of a call site or the name of a task.
    fn bytes(&self, id: u32) -> Option<&[u8]>;

    /// The name of the thread with that number, never 0.
    fn thread_name(&self, thread: u16) -> Option<&str>;

    /// The call site with that number; by default decoded from its entry each time.
    #[inline]
    fn site(&self, id: u32) -> Option<Result<Site<'_>, DecodeError>> {
        self.bytes(id).map(Site::decode)
    }
}

/// Knows no names at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoNames;

impl Names for NoNames {
    fn bytes(&self, _: u32) -> Option<&[u8]> {
        None
    }

    fn thread_name(&self, _: u16) -> Option<&str> {
        None
    }
}

/// Reads one encoded record. What it refers to and `names` does not know becomes `?`: the target,
/// the literal message, the names of static fields, the name of the task.
///
/// The caller, who knows the clock and the ring, fills in `time`, `shard`, `seq` and
/// `out_of_order`.
///
/// # Errors
///
/// When the bytes are not a record; the error names the part and its place.
pub fn decode<'a, N: Names + ?Sized>(
    bytes: &'a [u8],
    names: &'a N,
) -> Result<Record<'a>, DecodeError> {
    if brief::is_brief(bytes) {
        return brief::decode(bytes);
    }
    let header = header(bytes)?;
    let items = Items::new(&bytes[HEADER_LEN..]);
    let parts = Parts::scan(items)?;
    let site = site(header.site, parts.site, names)?;
    if let Some((index, at)) = parts.last_static_key {
        let known = site.fields.get(index).is_some();
        known.then_some(()).ok_or(Part::Field.fails(at, Reason::Key(index)))?;
    }
    Ok(Record {
        time: Time::default(),
        ticks: header.ticks,
        level: header.level,
        target: site.target,
        module: site.module,
        file: site.file,
        line: site.line,
        thread: header.thread,
        thread_name: thread_name(header.thread, names),
        task: parts.task.map(|task| task.resolve(names)).transpose()?,
        message: parts.message(header, &site)?,
        fields: Fields::new(items, site.fields),
        spans: Spans::new(items),
        truncated: header.flags.truncated(),
        piece: parts.piece,
        continues: header.flags.continues(),
        continued: header.flags.continued(),
        out_of_order: false,
        shard: 0,
        seq: 0,
    })
}

/// The message as it stands in an encoded record, unchecked and without decoding the rest; `None`
/// where it is the call site's literal or there is none.
#[inline]
pub fn message_bytes(bytes: &[u8]) -> Option<&[u8]> {
    if brief::is_brief(bytes) {
        return brief::message(bytes);
    }
    let mut items = Items::new(bytes.get(HEADER_LEN..)?);
    items.find(|(tag, _)| *tag == tag::MESSAGE).map(|(_, payload)| payload)
}

/// Which piece of a long text an encoded record is, without decoding the rest.
pub(crate) fn piece(bytes: &[u8]) -> Option<Piece> {
    if brief::is_brief(bytes) {
        return None;
    }
    let mut items = Items::new(bytes.get(HEADER_LEN..)?);
    let (_, payload) = items.find(|(tag, _)| *tag == tag::PIECE)?;
    split_piece(payload)
}

fn split_piece(payload: &[u8]) -> Option<Piece> {
    let (text, rest) = payload.split_first_chunk()?;
    let (index, _) = rest.split_first_chunk()?;
    Some(Piece { text: u32::from_le_bytes(*text), index: u32::from_le_bytes(*index) })
}

#[inline]
fn header(bytes: &[u8]) -> Result<Peek, DecodeError> {
    peek(bytes).ok_or_else(|| match bytes {
        [level, ..] if bytes.len() >= HEADER_LEN => Part::Header.fails(0, Reason::Level(*level)),
        _ => Part::Header.fails(bytes.len(), Reason::Short),
    })
}

#[inline]
fn site<'a, N: Names + ?Sized>(
    id: u32,
    inline: Option<(&'a [u8], usize)>,
    names: &'a N,
) -> Result<Site<'a>, DecodeError> {
    match (id, inline) {
        (0, None) => Ok(Site::new("")),
        (0, Some((blob, at))) => Site::decode(blob).map_err(|error| error.behind(at + ITEM_LEN)),
        (id, _) => names.site(id).unwrap_or(Ok(Site::unknown())),
    }
}

#[inline]
fn thread_name<N: Names + ?Sized>(thread: u16, names: &N) -> Option<&str> {
    if thread == 0 { None } else { names.thread_name(thread) }
}

/// What one walk over the items finds; each with the place of its item.
#[derive(Default)]
struct Parts<'a> {
    message: Option<&'a str>,
    site: Option<(&'a [u8], usize)>,
    task: Option<RawTask<'a>>,
    piece: Option<Piece>,
    /// The highest number of a static key.
    last_static_key: Option<(u8, usize)>,
}

impl<'a> Parts<'a> {
    #[inline]
    fn scan(mut items: Items<'a>) -> Result<Self, DecodeError> {
        let end = HEADER_LEN + items.rest().len();
        let mut parts = Self::default();
        loop {
            let at = end - items.rest().len();
            let Some((tag, payload)) = items.next() else { break };
            parts.item(tag, payload, at)?;
        }
        if items.rest().is_empty() {
            return Ok(parts);
        }
        Err(Part::Item.fails(end - items.rest().len(), Reason::Short))
    }

    #[inline]
    fn item(&mut self, tag: u8, payload: &'a [u8], at: usize) -> Result<(), DecodeError> {
        match tag {
            tag::MESSAGE if self.message.is_none() => {
                let message = text(payload).map_err(|reason| Part::Message.fails(at, reason))?;
                self.message = Some(message);
            }
            tag::FIELD => {
                let key = check_field(payload).map_err(|reason| Part::Field.fails(at, reason))?;
                self.last_static_key = self.last_static_key.max(key.map(|index| (index, at)));
            }
            tag::SITE if self.site.is_none() => self.site = Some((payload, at)),
            tag::TASK if self.task.is_none() => self.task = Some(RawTask::split(payload, at)?),
            tag::PIECE if self.piece.is_none() => {
                let piece = split_piece(payload).ok_or(Part::Piece.fails(at, Reason::Short))?;
                self.piece = Some(piece);
            }
            tag::SPAN => check_span(payload).map_err(|reason| Part::Span.fails(at, reason))?,
            _ => {}
        }
        Ok(())
    }

    #[inline]
    fn message(&self, header: Peek, site: &Site<'a>) -> Result<&'a str, DecodeError> {
        match (self.message, header.flags) {
            (Some(message), _) => Ok(message),
            (None, flags) if !flags.literal() => Ok(""),
            _ => literal(site).ok_or(Part::Message.fails(1, Reason::NoLiteral)),
        }
    }
}

#[inline]
fn literal<'a>(site: &Site<'a>) -> Option<&'a str> {
    site.message.or(site.is_unknown().then_some(UNKNOWN))
}

#[derive(Clone, Copy)]
struct RawTask<'a> {
    id: u64,
    run: u32,
    name_id: u32,
    name: &'a [u8],
    at: usize,
}

impl<'a> RawTask<'a> {
    fn split(payload: &'a [u8], at: usize) -> Result<Self, DecodeError> {
        Self::parts(payload, at).ok_or(Part::Task.fails(at, Reason::Short))
    }

    fn parts(payload: &'a [u8], at: usize) -> Option<Self> {
        let (id, rest) = payload.split_first_chunk()?;
        let (run, rest) = rest.split_first_chunk()?;
        let (name_id, name) = rest.split_first_chunk()?;
        Some(Self {
            id: u64::from_le_bytes(*id),
            run: u32::from_le_bytes(*run),
            name_id: u32::from_le_bytes(*name_id),
            name,
            at,
        })
    }

    fn resolve<N: Names + ?Sized>(self, names: &'a N) -> Result<Task<'a>, DecodeError> {
        let name = match self.name_id {
            0 => self.name,
            id => names.bytes(id).unwrap_or(UNKNOWN.as_bytes()),
        };
        let name = text(name).map_err(|reason| Part::Task.fails(self.at, reason))?;
        Ok(Task { id: TaskId(self.id), run: self.run, name })
    }
}

/// Checks the payload of a field and returns the number of its key, where it has one.
#[inline]
fn check_field(payload: &[u8]) -> Result<Option<u8>, Reason> {
    let (key, value) = split_key(payload).ok_or(Reason::Short)?;
    if let Some(Value::Error(chain)) = Value::decode(value)? {
        chain.check()?;
    }
    match key {
        RawKey::Static(index) => Ok(Some(index)),
        RawKey::Inline(name) => text(name).map(|_| None),
    }
}

fn check_span(payload: &[u8]) -> Result<(), Reason> {
    let (name, rest) = split_short(payload).ok_or(Reason::Short)?;
    text(name)?;
    let mut items = Items::new(rest);
    for (tag, payload) in items.by_ref() {
        if tag == tag::FIELD {
            match check_field(payload)? {
                Some(index) => return Err(Reason::Key(index)),
                None => continue,
            }
        }
    }
    if items.rest().is_empty() { Ok(()) } else { Err(Reason::Short) }
}
