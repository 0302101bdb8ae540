//! Typed values of key-value fields.

/// The value of one field, as the caller gave it: numbers stay numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A wide signed integer.
    I128(i128),
    /// A wide unsigned integer.
    U128(u128),
    /// A floating-point number.
    F64(f64),
    /// Text that the caller had as text.
    Str(&'a str),
    /// Raw bytes.
    Bytes(&'a [u8]),
    /// Text that a `Debug` or `Display` implementation produced.
    Debug(&'a str),
    /// An error and its sources, the outermost first.
    Error(Chain<'a>),
}
