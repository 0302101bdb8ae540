//! Debian packages, unpacked below `target/`: nothing of the system changes and no root is needed,
//! but for fetching the package lists where there are none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::Run;
use crate::project::Project;
use crate::report::Stop;

/// A compiler of Debian, unpacked.
pub struct Unpacked {
    pub folder: PathBuf,
}

/// Debian's packages of a compiler new enough for what browsers need, beside its stable one.
const RUSTC: &str = "rustc-web";

/// Unpacks the newest compiler whose version starts with `version`, and the packages `with` of the
/// same version.
pub fn rust(project: &Project, version: &str, with: &[&str]) -> Result<Unpacked, Stop> {
    let package = find(project, version)?;
    // Debian's version without its `+dfsg…` tail: `1.85.0`.
    let short = package.split('+').next().unwrap_or(&package);
    let folder = project.target(&format!("toolchains/rust-{short}"));
    let wanted: Vec<String> =
        [RUSTC].iter().chain(with).map(|name| format!("{name}={package}")).collect();
    let stamp = folder.join("packages");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&wanted.join("\n")) {
        let _ = fs::remove_dir_all(&folder);
        unpack(project, &folder, &wanted)?;
        fs::write(&stamp, wanted.join("\n")).map_err(|error| error.to_string())?;
    }
    Ok(Unpacked { folder })
}

/// The full version of the newest matching package, with the lists fetched if there are none.
fn find(project: &Project, version: &str) -> Result<String, Stop> {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(Stop::Skipped("there is no apt-get to fetch a compiler with".to_owned()));
    }
    if let Some(found) = listed(project, version)? {
        return Ok(found);
    }
    let root = Run::new(project, "id").arg("-u").succeed()?.trim() == "0";
    if root {
        Run::new(project, "apt-get").args(["update", "-qq"]).succeed()?;
    }
    let why = if root { "after apt-get update" } else { "and only root can fetch the lists" };
    let missing = format!("apt lists no {RUSTC} {version}, {why}");
    listed(project, version)?.ok_or(Stop::Skipped(missing))
}

/// The newest version that apt knows of; its lines read `name | version | origin`.
fn listed(project: &Project, version: &str) -> Result<Option<String>, String> {
    let known = Run::new(project, "apt-cache").args(["madison", RUSTC]).succeed()?;
    let mut versions = known.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    Ok(versions.find(|known| known.starts_with(version)).map(str::to_owned))
}

/// Downloads and unpacks `wanted` and what of their dependencies the compiler is made of.
fn unpack(project: &Project, folder: &Path, wanted: &[String]) -> Result<(), String> {
    let debs = folder.join("debs");
    fs::create_dir_all(&debs).map_err(|error| format!("{}: {error}", debs.display()))?;
    let (mut known, mut missing) = (BTreeSet::new(), wanted.to_vec());
    while !missing.is_empty() {
        download(project, &debs, &missing)?;
        known.append(&mut missing.into_iter().collect());
        missing = parts(project, &debs)?.into_iter().filter(|name| !known.contains(name)).collect();
    }
    for deb in files(&debs) {
        Run::new(project, "dpkg").arg("-x").arg(deb).arg(folder).succeed()?;
    }
    fs::remove_dir_all(&debs).map_err(|error| error.to_string())
}

fn download(project: &Project, debs: &Path, names: &[String]) -> Result<(), String> {
    let call = Run::new(project, "apt-get").folder(debs);
    // Downloads as the unprivileged user `_apt` fail below folders that are ours alone.
    call.args(["download", "-qq", "-o", "APT::Sandbox::User=root"]).args(names).succeed()?;
    Ok(())
}

/// What the downloaded packages need that is a part of the compiler or a library the system does
/// not have, as arguments for apt-get.
fn parts(project: &Project, debs: &Path) -> Result<BTreeSet<String>, String> {
    let mut parts = BTreeSet::new();
    for deb in files(debs) {
        let depends = Run::new(project, "dpkg-deb").arg("-f").arg(deb).arg("Depends").succeed()?;
        parts.extend(depends.trim().split(", ").filter_map(|text| part(text, &installed)));
    }
    Ok(parts)
}

/// `libllvm19` of itself; `libstd-rust-web-dev (= 1.85)` as `libstd-rust-web-dev=1.85`.
fn part(dependency: &str, installed: &dyn Fn(&str) -> bool) -> Option<String> {
    let (name, rest) = dependency.split_once(' ').unwrap_or((dependency, ""));
    let ours = name.starts_with("libstd-rust") || name.starts_with("libllvm");
    // Development files are for a linker, which whoever builds Rust has.
    let missing = name.starts_with("lib") && !name.ends_with("-dev") && !installed(name);
    if !ours && !missing {
        return None;
    }
    match rest.strip_prefix("(= ") {
        Some(version) => Some(format!("{name}={}", version.trim_end_matches(')'))),
        None => Some(name.to_owned()),
    }
}

fn installed(package: &str) -> bool {
    let query = Command::new("dpkg-query").args(["-W", "-f", "${Status}", package]).output();
    query.is_ok_and(|output| output.stdout.ends_with(b" installed"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn parts_of_the_compiler_and_missing_libraries_are_fetched() {
        let part = |text| part(text, &|name| name == "libc6");
        assert_eq!(part("libllvm19").as_deref(), Some("libllvm19"));
        let exact = part("libstd-rust-web-dev (= 1.85.0+dfsg3-1)");
        assert_eq!(exact.as_deref(), Some("libstd-rust-web-dev=1.85.0+dfsg3-1"));
        assert_eq!(part("libz3-4 (>= 4.8.12)").as_deref(), Some("libz3-4"));
        assert_eq!(part("libc6 (>= 2.34)"), None);
        assert_eq!(part("libc-dev"), None);
        assert_eq!(part("gcc"), None);
    }
}
