use super::{Figures, Job};
use crate::suite::{Case, Figure, Mode};

#[test]
fn a_job_survives_the_way_through_arguments() {
    let job = Job {
        suite: "log.call".into(),
        backend: "fern".into(),
        case: Case { mode: Mode::Paced, threads: 2 },
        calls: 10_000,
        dir: "some/where".into(),
    };
    let args = job.to_args();
    assert_eq!(args[0], "child");
    assert_eq!(Job::parse(&args[1..]), Some(job));
}

#[test]
fn figures_survive_the_way_through_stdout() {
    let figures = Figures::new(vec![(Figure::P50, 91.5), (Figure::First, 530.0)]);
    assert_eq!(Figures::parse(&figures.to_line()), Some(figures));
}

#[test]
fn a_line_that_is_not_ours_is_no_figures() {
    assert_eq!(Figures::parse(""), None);
    assert_eq!(Figures::parse("p50=1.0 thread 'main' panicked"), None);
}
