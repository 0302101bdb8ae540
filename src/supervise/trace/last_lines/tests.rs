use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;

use super::{LastLines, MAX_LINE, MOST_LINES};
use crate::record::{Level, Record, Task, TaskId};

fn record(task: u64, run: u32, ticks: u64, message: &str) -> Record<'_> {
    let mut record = Record::new(Level::Info, "shop", message);
    record.task = (task > 0).then_some(Task { id: TaskId(task), run, name: "cart" });
    record.ticks = ticks;
    record
}

#[test]
fn a_long_line_is_cut_between_characters() {
    let mut lines = LastLines::new();
    lines.want(TaskId(1), 1, 0, 9);
    assert!(lines.offer(&record(1, 1, 9, &"é".repeat(MAX_LINE))));
    let text = lines.take(TaskId(1), 1).remove(0).text;
    assert!(text.len() <= MAX_LINE + '…'.len_utf8() && text.ends_with("é…"), "{text}");
}

proptest! {
    #[test]
    fn each_run_has_its_newest_lines_of_before_its_end(
        log in prop::collection::vec((0..3u64, 1..3u32), 0..200),
        ends in prop::collection::vec((0..3u64, 1..3u32, 0..100u64, 0..200u64), 0..4),
    ) {
        let mut lines = LastLines::new();
        for (task, run, from, until) in &ends {
            lines.want(TaskId(*task), *run, *from, *until);
        }
        let oldest = ends.iter().map(|end| end.2).min().unwrap_or(u64::MAX);
        for (ticks, (task, run)) in log.iter().enumerate().rev() {
            if !lines.offer(&record(*task, *run, ticks as u64, &std::format!("{ticks}"))) {
                break;
            }
        }
        for (at, (task, run, _, until)) in ends.iter().enumerate() {
            let is_last = ends[at + 1..].iter().all(|later| (later.0, later.1) != (*task, *run));
            if !is_last || *task == 0 {
                continue;
            }
            let mut model: Vec<String> = Vec::new();
            for (ticks, wrote) in log.iter().enumerate() {
                let ticks = ticks as u64;
                if *wrote == (*task, *run) && (oldest..=*until).contains(&ticks) {
                    model.push(std::format!("{ticks}"));
                }
            }
            let spare = model.len().saturating_sub(MOST_LINES);
            model.drain(..spare);
            let found: Vec<String> =
                lines.take(TaskId(*task), *run).into_iter().map(|line| line.text).collect();
            prop_assert_eq!(found, model);
        }
    }
}
