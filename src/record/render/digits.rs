//! Numbers without the machinery of `core::fmt`, which costs several times as much; and bytes.

use core::fmt;

const PAIRS: &str = "0001020304050607080910111213141516171819\
    2021222324252627282930313233343536373839\
    4041424344454647484950515253545556575859\
    6061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899";

/// Two digits of a number in `0..=99`, question marks for a greater one.
#[inline]
pub(in crate::record) fn pair(number: u8) -> &'static str {
    let at = 2 * usize::from(number);
    PAIRS.get(at..at + 2).unwrap_or("??")
}

/// The digits of `number` at the end of `room`.
#[inline]
fn digits(mut number: u64, room: &mut [u8; 20]) -> &str {
    let mut at = room.len();
    while number >= 10 {
        let two = pair((number % 100) as u8).as_bytes();
        number /= 100;
        at -= 2;
        room[at..at + 2].copy_from_slice(two);
    }
    if number > 0 || at == room.len() {
        at -= 1;
        room[at] = b'0' + number as u8;
    }
    core::str::from_utf8(&room[at..]).unwrap_or_default()
}

#[inline]
pub(crate) fn write_u64<W: fmt::Write + ?Sized>(number: u64, out: &mut W) -> fmt::Result {
    write_padded(number, 0, "", out)
}

#[inline]
pub(in crate::record) fn write_i64<W: fmt::Write + ?Sized>(
    number: i64,
    out: &mut W,
) -> fmt::Result {
    if number < 0 {
        out.write_str("-")?;
    }
    write_u64(number.unsigned_abs(), out)
}

/// At least `width` characters, filled with `fill` at the left.
pub(crate) fn write_padded<W: fmt::Write + ?Sized>(
    number: u64,
    width: usize,
    fill: &str,
    out: &mut W,
) -> fmt::Result {
    let mut room = [0; 20];
    let digits = digits(number, &mut room);
    for _ in digits.len()..width {
        out.write_str(fill)?;
    }
    out.write_str(digits)
}

/// Two lower-case digits for each byte.
pub(super) fn write_hex<W: fmt::Write + ?Sized>(bytes: &[u8], out: &mut W) -> fmt::Result {
    bytes.iter().try_for_each(|&byte| write_hex_padded(byte.into(), 2, out))
}

/// At least `width` lower-case digits.
pub(super) fn write_hex_padded<W: fmt::Write + ?Sized>(
    number: u32,
    width: u32,
    out: &mut W,
) -> fmt::Result {
    let needed = (u32::BITS - number.leading_zeros()).div_ceil(4);
    (0..needed.max(width)).rev().try_for_each(|place| {
        let digit = (number >> (4 * place) & 15) as usize;
        out.write_str("0123456789abcdef".get(digit..=digit).unwrap_or_default())
    })
}
