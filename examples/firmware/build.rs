//! Gives the linker the memory of the board, of which there is one for each target.

use std::path::PathBuf;
use std::{env, fs, io};

/// A board: its target, its name, where its flash and its memory begin, and their kilobytes.
const BOARDS: &[(&str, &str, [u32; 4])] = &[
    ("thumbv6m-none-eabi", "microbit", [0x0000_0000, 256, 0x2000_0000, 16]),
    ("thumbv7m-none-eabi", "lm3s6965evb", [0x0000_0000, 256, 0x2000_0000, 64]),
    ("thumbv7em-none-eabihf", "mps2-an386", [0x0000_0000, 4096, 0x2000_0000, 4096]),
    ("thumbv8m.main-none-eabihf", "mps2-an505", [0x1000_0000, 4096, 0x3800_0000, 2048]),
];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    let Some((_, board, [flash, flash_kb, ram, ram_kb])) =
        BOARDS.iter().find(|(name, ..)| *name == target)
    else {
        return Ok(());
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let memory = format!(
        "MEMORY\n{{\n  FLASH : ORIGIN = {flash:#x}, LENGTH = {flash_kb}K\n  \
         RAM : ORIGIN = {ram:#x}, LENGTH = {ram_kb}K\n}}\n"
    );
    fs::write(out.join("memory.x"), memory)?;
    println!("cargo:rustc-cfg=board=\"{board}\"");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rustc-link-arg-bin=cost_defmt=-Tdefmt.x");
    // The level is chosen when it is compiled; without this it compiles nothing in.
    println!("cargo:rustc-env=DEFMT_LOG=info");
    Ok(())
}
