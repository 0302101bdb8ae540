//! Log files that rotate: by size and time, a form per level, a file per target, and what is left
//! after the program was in a hurry.

use core::time::Duration;
use std::fs;
use std::path::Path;

use ringvisor::record::{Level, LevelFilter, Template};
use ringvisor::sink::{File, Flood, Formats, Keep, Lanes, Route, Schedule};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let folder = std::env::temp_dir().join(format!("rotating_files-{}", std::process::id()));
    let plain: Template = "{level:<5} {message}".parse()?;
    let loud: Template = "{level:<5} {message} ({process}, {file})".parse()?;

    // Everything, in files of at most 2 KB; errors first when the disk is slow.
    let all = File::new(folder.join("all.log"))
        .max_bytes(2_000)
        .schedule(Schedule::daily().utc())
        .keep(Keep::files(3).age(Duration::from_secs(7 * 86_400)).bytes(1 << 20))
        .lanes(Lanes::new().urgent(LevelFilter::Error))
        .format(Formats::new(plain.clone()).levels(..=Level::Warn, loud));
    // A file for each target and its ancestors; a call site that repeats itself is cut short.
    let spread = File::new(folder.join("by/rest.log"))
        .route(Route::by_target())
        .flood(Flood::new(3, Duration::from_secs(60)))
        .format(plain);
    let ringvisor = ringvisor::builder("rotating")
        .stderr(LevelFilter::Off)
        .file(all)
        .file(spread)
        .try_init()?;

    for i in 0..300 {
        log::info!(target: "shop::cart", "cart {i} packed");
    }
    log::warn!(target: "shop::db", "slow query");
    // What a program says before it ends.
    println!("{}", ringvisor.drain(Duration::from_secs(5)));
    drop(ringvisor);

    println!("all.log ends with: {}", last_line(&folder.join("all.log"))?);
    println!("old files: {}", names(&folder)?.len() - 2);
    println!("by target: {}", names(&folder.join("by"))?.join(" "));
    print!("{}", fs::read_to_string(folder.join("by/shop.log"))?);
    fs::remove_dir_all(folder)?;
    Ok(())
}

fn last_line(path: &Path) -> Result<String, std::io::Error> {
    Ok(fs::read_to_string(path)?.lines().last().unwrap_or_default().to_owned())
}

fn names(folder: &Path) -> Result<Vec<String>, std::io::Error> {
    let entries =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into()));
    let mut names: Vec<String> = entries.collect::<Result<_, std::io::Error>>()?;
    names.sort();
    Ok(names)
}

// Output:
// all records are written
// all.log ends with: WARN  slow query (rotating_files, examples/rotating_files.rs)
// old files: 3
// by target: rest.log shop.cart.log shop.db.log shop.log
// INFO  cart 0 packed
// INFO  cart 1 packed
// INFO  cart 2 packed
// WARN  slow query
// -- suppressed 297 from examples/rotating_files.rs:35 --
