//! What was measured, for people and for programs.

use std::fmt;
use std::io::{self, Write};

use crate::bars::{Bar, bar};
use crate::stats::Summary;

#[cfg(test)]
mod tests;

/// Ours beside one peer.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub bench: &'static str,
    /// What the figures count: nanoseconds per operation, unless it says something else.
    pub unit: &'static str,
    pub peer: &'static str,
    /// Missing if ringvisor was not built in.
    pub ours: Option<Summary>,
    pub theirs: Summary,
    /// Whether others kept the machine so busy that the figures deserve no trust.
    pub disturbed: bool,
}

impl Line {
    pub fn ratio(&self) -> Option<f64> {
        self.ours.map(|ours| ours.median / self.theirs.median)
    }

    /// Whether the bar is held, where there is one and something to hold it.
    pub fn holds(&self) -> Option<bool> {
        Some(match bar(self.bench, self.peer)? {
            Bar::Ratio(most) => self.ratio()? <= most,
            Bar::Faster => self.ratio()? < 1.0,
            Bar::Most(most) => self.ours?.median <= most,
            Bar::Above(most) => self.ours?.median <= self.theirs.median + most,
            Bar::Both(ratio, most) => self.ratio()? <= ratio && self.ours?.median <= most,
        })
    }
}

/// One JSON object per line.
pub fn json(lines: &[Line], out: &mut impl Write) -> io::Result<()> {
    for line in lines {
        let Line { bench, unit, peer, .. } = line;
        let ours = Json(line.ours.map(|ours| ours.median));
        let theirs = Json(Some(line.theirs.median));
        let ratio = Json(line.ratio());
        writeln!(
            out,
            r#"{{"bench": "{bench}", "ours": {ours}, "unit": "{unit}", "peer": "{peer}", "theirs": {theirs}, "ratio": {ratio}}}"#
        )?;
    }
    Ok(())
}

struct Json(Option<f64>);

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.filter(|number| number.is_finite()) {
            Some(number) => write!(f, "{number:.4}"),
            None => f.write_str("null"),
        }
    }
}

/// A table, and below it what does not hold.
pub fn table(lines: &[Line], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<27} {:<22} {:>9} {:>9} {:>7}  {:<8} {:<5} spread ours/theirs",
        "bench (unit, or ns)", "peer", "ours", "theirs", "ratio", "bar", "holds"
    )?;
    let mut last = "";
    for line in lines {
        let name = match line.unit {
            _ if line.bench == last => String::new(),
            "ns" => line.bench.to_owned(),
            unit => format!("{} ({unit})", line.bench),
        };
        last = line.bench;
        row(&name, line, out)?;
    }
    summary(lines, out)
}

fn row(name: &str, line: &Line, out: &mut impl Write) -> io::Result<()> {
    let number = |value: Option<f64>| value.map_or("-".into(), short);
    let spread = |summary: Option<Summary>| {
        summary.map_or("-".into(), |summary| format!("{:.0}%", summary.spread_percent()))
    };
    let bar = bar(line.bench, line.peer).map_or(String::new(), |bar| bar.to_string());
    let mark = if line.disturbed { '~' } else { ' ' };
    let holds = match line.holds() {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "",
    };
    writeln!(
        out,
        "{name:<27} {:<22} {:>9} {:>9} {:>7}{mark} {bar:<8} {holds:<5} {}/{}",
        line.peer,
        number(line.ours.map(|ours| ours.median)),
        number(Some(line.theirs.median)),
        line.ratio().map_or("-".into(), |ratio| format!("{ratio:.3}")),
        spread(line.ours),
        spread(Some(line.theirs)),
    )
}

fn summary(lines: &[Line], out: &mut impl Write) -> io::Result<()> {
    let verdicts: Vec<_> = lines.iter().filter_map(Line::holds).collect();
    let held = verdicts.iter().filter(|held| **held).count();
    writeln!(out, "\n{held} of {} bars hold", verdicts.len())?;
    if lines.iter().any(|line| line.disturbed) {
        writeln!(out, "~ others kept the machine busy while this was measured: measure again")?;
    }
    Ok(())
}

/// As many digits as mean something.
fn short(ns: f64) -> String {
    match ns {
        ..100.0 => format!("{ns:.2}"),
        ..10_000.0 => format!("{ns:.0}"),
        _ => format!("{:.1}k", ns / 1000.0),
    }
}
