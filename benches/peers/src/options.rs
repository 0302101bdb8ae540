//! The command line.

use crate::suite::Group;

#[cfg(test)]
mod tests;

pub const USAGE: &str = "\
usage: peers [--quick] [--json] [--only GROUP,…] [--build-only]
  --quick       fewer and shorter runs: at most 5 minutes on 2 cores
  --json        one JSON object per line instead of the table
  --only GROUP  measure these groups only: ring, log, tracing, supervise, file,
                control
  --build-only  measure nothing: whoever runs this has it built";

/// What to measure and how to print it.
#[derive(Debug, Default, PartialEq)]
pub struct Options {
    pub quick: bool,
    pub json: bool,
    pub build_only: bool,
    /// Empty stands for all.
    pub only: Vec<Group>,
}

impl Options {
    pub fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut args = args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            match arg {
                "--quick" => options.quick = true,
                "--json" => options.json = true,
                "--build-only" => options.build_only = true,
                "--only" => options.only = groups(args.next().unwrap_or_default())?,
                _ => match arg.strip_prefix("--only=") {
                    Some(list) => options.only = groups(list)?,
                    None => return Err(format!("unknown argument `{arg}`")),
                },
            }
        }
        Ok(options)
    }

    pub fn wants(&self, group: Group) -> bool {
        self.only.is_empty() || self.only.contains(&group)
    }
}

fn groups(list: &str) -> Result<Vec<Group>, String> {
    list.split(',').map(|name| Group::named(name).ok_or(format!("no group `{name}`"))).collect()
}
