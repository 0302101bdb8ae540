//! One JSON object, written member by member.

use core::fmt::{self, Display, Write};

use crate::record::{Calendar, Time, write_json};

/// An object that is being written.
pub(super) struct Object<'a, W: Write + ?Sized> {
    out: &'a mut W,
    calendar: &'a mut Calendar,
    is_empty: bool,
}

impl<'a, W: Write + ?Sized> Object<'a, W> {
    pub(super) fn open(out: &'a mut W, calendar: &'a mut Calendar) -> Result<Self, fmt::Error> {
        out.write_str("{")?;
        Ok(Self { out, calendar, is_empty: true })
    }

    pub(super) fn close(self) -> fmt::Result {
        self.out.write_str("}")
    }

    fn key(&mut self, key: &str) -> fmt::Result {
        self.out.write_str(if self.is_empty { "" } else { "," })?;
        self.is_empty = false;
        write_string(key, self.out)?;
        self.out.write_str(":")
    }

    pub(super) fn number(&mut self, key: &str, number: impl Display) -> fmt::Result {
        self.key(key)?;
        write!(self.out, "{number}")
    }

    pub(super) fn some_number(&mut self, key: &str, number: Option<impl Display>) -> fmt::Result {
        number.map_or(Ok(()), |number| self.number(key, number))
    }

    pub(super) fn text(&mut self, key: &str, text: &str) -> fmt::Result {
        self.key(key)?;
        write_string(text, self.out)
    }

    /// Left out where it is empty.
    pub(super) fn some_text(&mut self, key: &str, text: &str) -> fmt::Result {
        if text.is_empty() { Ok(()) } else { self.text(key, text) }
    }

    pub(super) fn time(&mut self, key: &str, time: Time) -> fmt::Result {
        if time.wall_ns == 0 {
            return self.number(&std::format!("{key}_mono_ns"), time.mono_ns);
        }
        self.key(key)?;
        let text = self.calendar.second_text(time.wall_ns);
        let (date, time_of_day) = text.split_once(' ').unwrap_or((text, ""));
        let micros = time.wall_ns.rem_euclid(1_000_000_000) / 1000;
        write!(self.out, "\"{date}T{time_of_day}.{micros:06}Z\"")
    }

    pub(super) fn some_time(&mut self, key: &str, time: Option<Time>) -> fmt::Result {
        time.map_or(Ok(()), |time| self.time(key, time))
    }

    /// An array of strings; left out where it is empty.
    pub(super) fn texts<T: AsRef<str>>(&mut self, key: &str, texts: &[T]) -> fmt::Result {
        if texts.is_empty() {
            return Ok(());
        }
        self.key(key)?;
        for (at, text) in texts.iter().enumerate() {
            self.out.write_str(if at == 0 { "[" } else { "," })?;
            write_string(text.as_ref(), self.out)?;
        }
        self.out.write_str("]")
    }

    /// An object of strings; left out where it is empty.
    pub(super) fn pairs<K: AsRef<str>, V: AsRef<str>>(
        &mut self,
        key: &str,
        pairs: &[(K, V)],
    ) -> fmt::Result {
        if pairs.is_empty() {
            return Ok(());
        }
        self.object(key, |object| {
            pairs.iter().try_for_each(|(key, value)| object.text(key.as_ref(), value.as_ref()))
        })
    }

    /// An array of objects; left out where it is empty.
    pub(super) fn objects<T>(
        &mut self,
        key: &str,
        items: &[T],
        write: impl Fn(&T, &mut Object<'_, W>) -> fmt::Result,
    ) -> fmt::Result {
        if items.is_empty() {
            return Ok(());
        }
        self.key(key)?;
        for (at, item) in items.iter().enumerate() {
            self.out.write_str(if at == 0 { "[" } else { "," })?;
            let mut object = Object::open(self.out, self.calendar)?;
            write(item, &mut object)?;
            object.close()?;
        }
        self.out.write_str("]")
    }

    pub(super) fn object(
        &mut self,
        key: &str,
        write: impl FnOnce(&mut Object<'_, W>) -> fmt::Result,
    ) -> fmt::Result {
        self.key(key)?;
        let mut inner = Object::open(self.out, self.calendar)?;
        write(&mut inner)?;
        inner.close()
    }
}

fn write_string<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    out.write_str("\"")?;
    write_json(text, out)?;
    out.write_str("\"")
}
