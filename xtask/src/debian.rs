//! Debian packages, unpacked below `target/`: nothing of the system changes and no root is needed,
//! but for fetching the package lists where there are none.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::Run;
use crate::project::Project;
use crate::report::Stop;

/// Packages of Debian, unpacked.
pub struct Unpacked {
    pub folder: PathBuf,
}

impl Unpacked {
    /// Writes the script `name` that starts the unpacked `program` with its own libraries. Set for
    /// all of a process, the library path would reach everything that it starts too.
    pub fn script(&self, name: &str, program: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(name);
        let script = format!(
            "#!/bin/sh\n\
            here=$(dirname \"$0\")\n\
            for libraries in \"$here\"/usr/lib/*-linux-gnu \"$here\"/lib/*-linux-gnu; do\n\
            LD_LIBRARY_PATH=$libraries${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\n\
            done\n\
            export LD_LIBRARY_PATH\n\
            exec \"$here/{program}\" \"$@\"\n"
        );
        let written = fs::write(&path, script)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755)));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

/// Debian's packages of a compiler new enough for what browsers need, beside its stable one.
const RUSTC: &str = "rustc-web";

/// Unpacks the newest compiler whose version starts with `version`, and the packages `with` of the
/// same version.
pub fn rust(project: &Project, version: &str, with: &[&str]) -> Result<Unpacked, Stop> {
    let package = find(project, RUSTC, version)?;
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

/// Unpacks `package` and everything it needs that the system does not have.
pub fn program(project: &Project, package: &str) -> Result<Unpacked, Stop> {
    let version = find(project, package, "")?;
    let folder = project.target(&format!("toolchains/{package}"));
    let stamp = folder.join("packages");
    if fs::read_to_string(&stamp).ok().as_deref() == Some(&*version) {
        return Ok(Unpacked { folder });
    }
    // What apt would install for it if it were asked to.
    let plan = ["install", "--simulate", "--no-install-recommends", package];
    let plan = Run::new(project, "apt-get").args(plan).succeed()?;
    let names = plan.lines().filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next());
    let _ = fs::remove_dir_all(&folder);
    let debs = debs_in(&folder)?;
    download(project, &debs, &names.map(str::to_owned).collect::<Vec<_>>())?;
    extract(project, &debs, &folder)?;
    fs::write(&stamp, version).map_err(|error| error.to_string())?;
    Ok(Unpacked { folder })
}

/// The full version of the newest matching package, with the lists fetched if there are none.
fn find(project: &Project, package: &str, version: &str) -> Result<String, Stop> {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(Stop::Skipped(format!("there is no apt-get to fetch {package} with")));
    }
    if let Some(found) = listed(project, package, version)? {
        return Ok(found);
    }
    let root = Run::new(project, "id").arg("-u").succeed()?.trim() == "0";
    if root {
        Run::new(project, "apt-get").args(["update", "-qq"]).succeed()?;
    }
    let why = if root { "after apt-get update" } else { "and only root can fetch the lists" };
    let missing = format!("apt lists no {package} {version}, {why}");
    listed(project, package, version)?.ok_or(Stop::Skipped(missing))
}

/// The newest version that apt knows of; its lines read `name | version | origin`.
fn listed(project: &Project, package: &str, version: &str) -> Result<Option<String>, String> {
    let known = Run::new(project, "apt-cache").args(["madison", package]).succeed()?;
    let mut versions = known.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    Ok(versions.find(|known| known.starts_with(version)).map(str::to_owned))
}

/// Downloads and unpacks `wanted` and what of their dependencies the compiler is made of.
fn unpack(project: &Project, folder: &Path, wanted: &[String]) -> Result<(), String> {
    let debs = debs_in(folder)?;
    let (mut known, mut missing) = (BTreeSet::new(), wanted.to_vec());
    while !missing.is_empty() {
        download(project, &debs, &missing)?;
        known.append(&mut missing.into_iter().collect());
        missing = parts(project, &debs)?.into_iter().filter(|name| !known.contains(name)).collect();
    }
    extract(project, &debs, folder)
}

/// A new folder for what is downloaded.
fn debs_in(folder: &Path) -> Result<PathBuf, String> {
    let debs = folder.join("debs");
    fs::create_dir_all(&debs).map_err(|error| format!("{}: {error}", debs.display()))?;
    Ok(debs)
}

/// Unpacks all of `debs` into `folder` and deletes them.
fn extract(project: &Project, debs: &Path, folder: &Path) -> Result<(), String> {
    for deb in files(debs) {
        Run::new(project, "dpkg").arg("-x").arg(deb).arg(folder).succeed()?;
    }
    fs::remove_dir_all(debs).map_err(|error| error.to_string())
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
