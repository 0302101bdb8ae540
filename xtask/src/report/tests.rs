use super::{Outcome, Step, Stop, judged, run};
use crate::project::Project;

fn skipped() -> Outcome {
    Err(Stop::Skipped("no such tool".to_owned()))
}

#[test]
fn a_skip_is_a_failure_only_where_nothing_may_be_skipped() {
    assert!(matches!(judged(skipped(), "a step", false), Err(Stop::Skipped(_))));
    assert!(matches!(judged(skipped(), "a step", true), Err(Stop::Failed(_))));
    assert!(judged(Ok(String::new()), "a step", true).is_ok());
}

#[test]
fn a_failing_step_does_not_stop_the_others() {
    let (sent, received) = std::sync::mpsc::channel();
    let bad = Step::new("bad", |_| Err(Stop::Failed("broken".to_owned())));
    let good = Step::new("good", move |_| {
        sent.send(()).map_err(|error| error.to_string())?;
        Ok(String::new())
    });
    assert!(!run(&Project::here(), &[bad, good]));
    assert_eq!(received.try_iter().count(), 1);
}
