//! Out of the way: what was written becomes an old file, and the oldest go.

use std::borrow::ToOwned;
use std::path::PathBuf;
use std::string::String;
use std::vec::Vec;

use super::context::Context;
use super::disk::Stat;
use super::error::{Action, FileError, failed};
use super::keep::Kept;
use super::names::{Mark, Names, Old};
use super::schedule::Period;

/// Renames the live file and removes what need not stay.
pub(super) fn rotate(
    context: &Context,
    names: &Names,
    period: Option<Period>,
) -> Result<(), FileError> {
    let held = context.moves.lock();
    let target = match (context.rules.schedule, period) {
        (Some(schedule), Some(period)) => {
            let mut stamp = String::new();
            // A `String` takes everything.
            let _ = schedule.write_stamp(period.civil, &mut stamp);
            free_stamp(&list(context, names)?, stamp)
        }
        _ => {
            shift(context, names)?;
            Mark::Number(1)
        }
    };
    let target = names.old(&Old { mark: target, is_packed: false });
    context.disk.rename(names.live(), &target).map_err(failed(Action::Rotate, names.live()))?;
    drop(held);
    tidy(context, names);
    context.packer.pack(names);
    Ok(())
}

/// The old files of a name, the youngest first.
pub(super) fn list(context: &Context, names: &Names) -> Result<Vec<(Old, Stat)>, FileError> {
    let found = context.disk.list(names.dir()).map_err(failed(Action::Rotate, names.dir()))?;
    let old = |(name, stat): (String, Stat)| names.parse(&name).map(|old| (old, stat));
    let mut old: Vec<_> = found.into_iter().filter_map(old).collect();
    old.sort_by(|(one, _), (two, _)| one.mark.cmp(&two.mark));
    Ok(old)
}

/// The first name for that time that is younger than all there are.
fn free_stamp(old: &[(Old, Stat)], stamp: String) -> Mark {
    let numbers = old.iter().filter_map(|(old, _)| match &old.mark {
        Mark::Stamp(known, nth) if *known == stamp => Some(*nth),
        _ => None,
    });
    let nth = numbers.max().map_or(0, |nth| nth + 1);
    Mark::Stamp(stamp, nth)
}

/// Makes the number 1 free: each numbered file up to the first gap becomes one older.
fn shift(context: &Context, names: &Names) -> Result<(), FileError> {
    let old = list(context, names)?;
    let mut next = 1;
    let mut moved: Vec<&Old> = Vec::new();
    for (old, _) in &old {
        match old.mark {
            Mark::Number(number) if number == next => next += 1,
            // A file and its compressed copy, of which one is about to go.
            Mark::Number(number) if number + 1 == next => {}
            Mark::Number(_) => break,
            Mark::Stamp(..) => continue,
        }
        moved.push(old);
    }
    for old in moved.iter().rev() {
        let Mark::Number(number) = old.mark else { continue };
        let older = Old { mark: Mark::Number(number + 1), is_packed: old.is_packed };
        let from = names.old(old);
        context.disk.rename(&from, &names.old(&older)).map_err(failed(Action::Rotate, &from))?;
    }
    Ok(())
}

/// Removes what need not stay.
pub(super) fn tidy(context: &Context, names: &Names) {
    let old = match list(context, names) {
        Ok(old) => old,
        Err(error) => return context.trouble(&error),
    };
    let kept = |(_, stat): &(Old, Stat)| Kept { bytes: stat.len, modified: stat.modified };
    let files: Vec<Kept> = old.iter().map(kept).collect();
    let stay = context.rules.keep.stay(&files, context.wall_s());
    for (old, _) in old.iter().skip(stay) {
        let path: PathBuf = names.old(old).to_owned();
        if let Err(error) = context.disk.remove(&path) {
            context.trouble(&FileError::new(Action::Remove, &path, error));
        }
    }
}
