//! Fuzz targets of ringvisor; each file in `tests/` drives one parser with hostile input.
//!
//! `cargo test` runs every target for a bounded number of random inputs on stable Rust;
//! `BOLERO_RANDOM_ITERATIONS=10000000 cargo test` runs them for longer, and `cargo bolero test
//! --engine libfuzzer TARGET` (a nightly toolchain and cargo-bolero) guides them by coverage.
//! A failure prints the seed that repeats it with `BOLERO_RANDOM_SEED`.

/// How many inputs a target tries unless the environment says otherwise: all targets together
/// stay within some seconds.
pub const ITERATIONS: usize = 20_000;

/// Spells text with the characters of a grammar: each byte picks one, so that random bytes hit
/// the grammar's corners rather than being refused at the first character.
pub fn spell(bytes: &[u8], alphabet: &[&str]) -> String {
    bytes.iter().map(|&byte| alphabet[usize::from(byte) % alphabet.len()]).collect()
}
