//! What the driver and its children tell each other: arguments one way, a line on stdout the other.

use std::path::PathBuf;

use crate::suite::{Case, Figure, Mode};

#[cfg(test)]
mod tests;

/// What a child is asked to do; passed as its arguments.
#[derive(Debug, PartialEq)]
pub struct Job {
    pub suite: String,
    pub backend: String,
    pub case: Case,
    /// Calls of all threads together.
    pub calls: u64,
    pub dir: PathBuf,
}

impl Job {
    pub fn to_args(&self) -> Vec<String> {
        vec![
            "child".into(),
            self.suite.clone(),
            self.backend.clone(),
            self.case.mode.name().into(),
            self.case.threads.to_string(),
            self.calls.to_string(),
            self.dir.display().to_string(),
        ]
    }

    /// The arguments after `child`.
    pub fn parse(args: &[String]) -> Option<Self> {
        let [suite, backend, mode, threads, calls, dir] = args else { return None };
        let mode = Mode::ALL.into_iter().find(|known| known.name() == mode)?;
        Some(Self {
            suite: suite.clone(),
            backend: backend.clone(),
            case: Case { mode, threads: threads.parse().ok()? },
            calls: calls.parse().ok()?,
            dir: dir.into(),
        })
    }
}

/// The figures of one run, in their units; those that its mode does not give are missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures(Vec<(Figure, f64)>);

impl Figures {
    pub fn new(figures: Vec<(Figure, f64)>) -> Self {
        Self(figures)
    }

    pub fn get(&self, figure: Figure) -> Option<f64> {
        self.0.iter().find(|(known, _)| *known == figure).map(|&(_, ns)| ns)
    }

    /// What a child prints.
    pub fn to_line(&self) -> String {
        let words: Vec<_> = self.0.iter().map(|(f, ns)| format!("{}={ns:.3}", key(*f))).collect();
        words.join(" ")
    }

    /// Nothing if a word is not one of ours.
    pub fn parse(line: &str) -> Option<Self> {
        use Figure::{Cpu, First, Mean, Memory, P50, P999};
        let word = |word: &str| {
            let (name, ns) = word.split_once('=')?;
            let figure = [P50, P999, Mean, First, Cpu, Memory];
            let figure = figure.into_iter().find(|&figure| key(figure) == name)?;
            Some((figure, ns.parse().ok()?))
        };
        let figures: Option<Vec<_>> = line.split_whitespace().map(word).collect();
        figures.filter(|figures| !figures.is_empty()).map(Self)
    }
}

fn key(figure: Figure) -> &'static str {
    match figure {
        Figure::P50 => "p50",
        Figure::P999 => "p999",
        Figure::Mean => "mean",
        Figure::First => "first",
        Figure::Cpu => "cpu",
        Figure::Memory => "memory",
    }
}
