use super::{Line, json, short, table};
use crate::stats::Summary;

fn figure(median: f64) -> Summary {
    Summary { median, p10: median, p90: median }
}

fn line(bench: &'static str, peer: &'static str, ours: f64, theirs: f64) -> Line {
    Line {
        bench,
        unit: "ns",
        peer,
        ours: Some(figure(ours)),
        theirs: figure(theirs),
        disturbed: false,
    }
}

#[test]
fn json_has_the_documented_keys_in_order() {
    let mut out = Vec::new();
    json(&[line("ring.write.1t", "floor", 12.5, 10.0)], &mut out).unwrap();
    let expected = r#"{"bench": "ring.write.1t", "ours": 12.5000, "unit": "ns", "peer": "floor", "theirs": 10.0000, "ratio": 1.2500}"#;
    assert_eq!(str::from_utf8(&out).unwrap().trim_end(), expected);
}

#[test]
fn what_was_not_measured_is_null_and_holds_no_bar() {
    let absent = Line { ours: None, ..line("ring.write.1t", "floor", 0.0, 10.0) };
    let mut out = Vec::new();
    json(std::slice::from_ref(&absent), &mut out).unwrap();
    assert!(str::from_utf8(&out).unwrap().contains(r#""ours": null"#));
    assert_eq!(absent.holds(), None);
}

#[test]
fn bars_are_compared_with_what_they_speak_of() {
    assert_eq!(line("ring.write.1t", "floor", 15.0, 10.0).holds(), Some(true));
    assert_eq!(line("ring.write.1t", "floor", 15.1, 10.0).holds(), Some(false));
    assert_eq!(line("ring.write.1t", "thingbuf", 10.0, 10.0).holds(), Some(false));
    assert_eq!(line("log.off.target", "facade", 10.0, 2.0).holds(), Some(true));
    assert_eq!(line("log.call.timed.1t.p999", "fern", 900.0, 2.0).holds(), None);
}

#[test]
fn other_units_have_bars_too() {
    let bytes =
        |ours, theirs| Line { unit: "B", ..line("task.bytes", "tokio-spawn", ours, theirs) };
    assert_eq!(bytes(400.0, 140.0).holds(), Some(true));
    assert_eq!(bytes(400.0, 130.0).holds(), Some(false), "too many times theirs");
    assert_eq!(bytes(401.0, 140.0).holds(), Some(false), "too many");
    assert_eq!(line("poll.cost", "tokio-spawn", 45.0, 40.0).holds(), Some(true));
    assert_eq!(line("poll.cost", "tokio-spawn", 45.1, 40.0).holds(), Some(false));
    let mut out = Vec::new();
    table(&[bytes(330.0, 138.5)], &mut out).unwrap();
    assert!(str::from_utf8(&out).unwrap().contains("task.bytes (B)"));
}

#[test]
fn numbers_keep_three_digits_or_so() {
    assert_eq!([short(9.456), short(123.4), short(23_456.0)], ["9.46", "123", "23.5k"]);
}
