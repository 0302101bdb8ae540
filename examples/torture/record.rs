//! Records that prove themselves: who wrote them, the how many-th it is, a pattern, a checksum.

/// Shortest record that can be checked: writer, number, checksum. A shorter one is all zeros.
pub(crate) const LEN_MIN: usize = 1 + 8 + 8;

/// Fills `out` with the record `number` of `writer`.
pub(crate) fn fill(out: &mut [u8], writer: u8, number: u64) {
    if out.len() < LEN_MIN {
        out.fill(0);
        return;
    }
    let body = out.len() - 8;
    out[0] = writer;
    out[1..9].copy_from_slice(&number.to_le_bytes());
    for (index, byte) in out[9..body].iter_mut().enumerate() {
        *byte = pattern(writer, number, index);
    }
    let sum = checksum(&out[..body]);
    out[body..].copy_from_slice(&sum.to_le_bytes());
}

/// Who wrote the record and the how many-th it is; `None` for a short one.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check(record: &[u8]) -> Result<Option<(u8, u64)>, &'static str> {
    if record.len() < LEN_MIN {
        let is_blank = record.iter().all(|&byte| byte == 0);
        return if is_blank { Ok(None) } else { Err("a short record is not zero") };
    }
    let (body, sum) = record.split_at(record.len() - 8);
    if sum != checksum(body).to_le_bytes() {
        return Err("the checksum is wrong");
    }
    let mut number = [0; 8];
    number.copy_from_slice(&body[1..9]);
    let (writer, number) = (body[0], u64::from_le_bytes(number));
    let is_whole =
        body[9..].iter().enumerate().all(|(i, &byte)| byte == pattern(writer, number, i));
    if is_whole { Ok(Some((writer, number))) } else { Err("the pattern is wrong") }
}

fn pattern(writer: u8, number: u64, index: usize) -> u8 {
    (number as u8).wrapping_mul(31) ^ writer.wrapping_add(index as u8)
}

/// FNV-1a over the bytes and their number.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64, |sum, &byte| step(sum, byte))
}
