//! Compilers other than the one that runs us: of a given version, or with a `core` for a
//! microcontroller. rustup's are taken where it has them, else Debian's are unpacked below
//! `target/toolchains`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::command::Run;
use crate::debian::{self, Unpacked};
use crate::project::Project;
use crate::report::Stop;

/// A compiler that is ready to run, whatever the environment.
pub struct Compiler {
    pub rustc: PathBuf,
    /// What it says it is, and where it came from.
    pub version: String,
}

/// A compiler of exactly `version`, e.g. `1.85`.
pub fn exactly(project: &Project, version: &str) -> Result<Compiler, Stop> {
    if let Some(compiler) = rustup(project, version) {
        return Ok(compiler);
    }
    let unpacked = debian::rust(project, version, &[])?;
    Ok(ready(project, &unpacked)?)
}

/// A compiler that has a `core` for `target`.
pub fn with_target(project: &Project, target: &str) -> Result<Compiler, Stop> {
    let sysroot = Run::new(project, "rustc").args(["--print", "sysroot"]).succeed()?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib").exists() {
        let version = Run::new(project, "rustc").arg("--version").succeed()?;
        return Ok(Compiler { rustc: "rustc".into(), version: version.trim().to_owned() });
    }
    let unpacked = debian::rust(project, "", &["rust-web-src"])?;
    let compiler = ready(project, &unpacked)?;
    build_core(project, &unpacked, &compiler, target)?;
    Ok(compiler)
}

/// The linker for targets that the system's cannot link for; it comes with rustup's compilers.
pub fn linker(project: &Project) -> Result<PathBuf, Stop> {
    let asked = |args: &[&str]| Run::new(project, "rustc").args(args).succeed();
    let version = asked(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let sysroot = PathBuf::from(asked(&["--print", "sysroot"])?.trim());
    let linker = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    if linker.exists() {
        return Ok(linker);
    }
    Err(Stop::Skipped(format!("there is no {}, which rustup's compilers have", linker.display())))
}

/// Flags, as `CARGO_ENCODED_RUSTFLAGS` wants them, with which a program holds the same paths
/// whichever folder it is built in: a panic names its place, and takes as much room as the path.
pub fn same_paths(project: &Project) -> String {
    let own = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let cargo = own.or(home).unwrap_or_default();
    let flag = |from: &Path, to| format!("--remap-path-prefix={}={to}", from.display());
    [flag(&cargo, "cargo"), flag(&project.root, ".")].join("\x1f")
}

/// Marks libraries that hold all that is needed: bitcode, and no path of this machine.
const WHOLE: &str = "whole";

/// The installed toolchain of that name; never installs one.
fn rustup(project: &Project, version: &str) -> Option<Compiler> {
    let call = Run::new(project, "rustup").env("RUSTUP_AUTO_INSTALL", "0");
    let path = call.args(["which", "rustc", "--toolchain", version]).succeed().ok()?;
    let rustc = PathBuf::from(path.lines().last()?.trim());
    let version = Run::new(project, &rustc).arg("--version").succeed().ok()?;
    Some(Compiler { rustc, version: format!("{} (rustup)", version.trim()) })
}

fn ready(project: &Project, unpacked: &Unpacked) -> Result<Compiler, String> {
    let rustc = unpacked.script("rustc", "usr/bin/rustc")?;
    let version = Run::new(project, &rustc).arg("--version").succeed()?;
    Ok(Compiler { rustc, version: format!("{} (unpacked from Debian)", version.trim()) })
}

/// Builds `core` once, from Debian's source of the same version, and puts it where that compiler
/// looks. Built anew in each workspace (`-Zbuild-std`) it would cost half a minute every time.
fn build_core(
    project: &Project,
    unpacked: &Unpacked,
    compiler: &Compiler,
    target: &str,
) -> Result<(), String> {
    let rustlib = unpacked.folder.join("usr/lib/rustlib");
    let libraries = rustlib.join(target).join("lib");
    if libraries.join(WHOLE).exists() {
        return Ok(());
    }
    let package = project.target("toolchains/empty");
    write_empty_package(&package).map_err(|error| format!("{}: {error}", package.display()))?;
    // What was built before, or with other libraries, does not fit these.
    for folder in ["toolchains/empty/target", "thumb", "firmware"] {
        let _ = fs::remove_dir_all(project.target(folder).join(target));
    }
    // Debian's source carries its dependencies, so that nothing is fetched from a registry.
    let vendor = rustlib.join("src/rust/library/vendor");
    let call = Run::cargo(project, "build --release --offline -Zbuild-std=core,alloc --target");
    call.arg(target)
        .args(["--config", "source.crates-io.replace-with='debian'"])
        .args(["--config", &format!("source.debian.directory='{}'", vendor.display())])
        .folder(&package)
        .env("RUSTC", &compiler.rustc)
        .env("RUSTC_BOOTSTRAP", "1")
        // Bitcode is for programs that are optimised as a whole.
        .env("CARGO_ENCODED_RUSTFLAGS", format!("-Cembed-bitcode=yes\x1f{}", same_paths(project)))
        .env("CARGO_TARGET_DIR", package.join("target"))
        .succeed()?;
    let built = package.join("target").join(target).join("release/deps");
    install(&built, &libraries).map_err(|error| format!("{}: {error}", libraries.display()))
}

fn write_empty_package(folder: &Path) -> std::io::Result<()> {
    const MANIFEST: &str = "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(folder.join("Cargo.toml"), MANIFEST)
}

/// Moved in whole at the end: half a folder would look like a finished one.
fn install(built: &Path, libraries: &Path) -> std::io::Result<()> {
    let half = libraries.with_extension("half");
    let _ = fs::remove_dir_all(&half);
    fs::create_dir_all(&half)?;
    for entry in fs::read_dir(built)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            fs::copy(entry.path(), half.join(name))?;
        }
    }
    fs::write(half.join(WHOLE), "")?;
    let _ = fs::remove_dir_all(libraries);
    fs::rename(half, libraries)
}
