//! Lines in a form of the user's choice.

use std::string::{String, ToString};

use proptest::prelude::*;

use super::sample::{NOON, rich, rich_record};
use crate::record::*;

fn line(template: &str) -> String {
    let bytes = rich();
    let template: Template = template.parse().unwrap_or_else(|error| panic!("{error}"));
    let mut template = template.zone(Zone::Utc).name("demo").host("box").pid(42);
    let mut line = String::new();
    template.render(&rich_record(&bytes), &mut line).unwrap();
    line
}

#[test]
fn every_placeholder() {
    assert_eq!(
        line(
            "{time}|{level}|{target}|{module}|{task}|{run}|{file}|{line}|{thread}|{pid}|{host}|{seq}"
        ),
        "2023-03-29 12:16:30|WARN|orders::db||worker@2|2|src/db.rs|88|3|42|box|41"
    );
    assert_eq!(
        line("{name} {spans}: {message}"),
        r#"demo request{id=7 name="a b"}:query: slow\nquery"#
    );
    assert!(line("{fields}").starts_with("yes=true i64=-5 "));
}

#[test]
fn times_take_the_formats_of_chrono() {
    for (format, text) in [
        ("{time:%H:%M:%S%.3f}", "12:16:30.007"),
        ("{time:%S%.6f}", "30.007114"),
        ("{time:%3f %6f %9f %f}", "007 007114 007114000 007114"),
        ("{time:%%f%.f}", "%f.007114"),
        ("{time:%+}", "2023-03-29T12:16:30.007114+00:00"),
        ("{time:%Y-%b-%d at %l:%M%p}", "2023-Mar-29 at 12:16PM"),
        ("{time:>21}", "  2023-03-29 12:16:30"),
    ] {
        assert_eq!(line(format), text, "{format}");
    }
}

#[test]
fn widths_count_chars() {
    assert_eq!(
        line("{level:<6}|{level:>6}|{level:^6}|{level:*^7}|{level:2}"),
        "WARN  |  WARN| WARN |*WARN**|WARN"
    );
    let mut template: Template = "{message:é>6}|".parse().unwrap();
    let mut line = String::new();
    template.render(&Record::new(Level::Info, "", "größe"), &mut line).unwrap();
    assert_eq!(line, "égröße|");
}

#[test]
fn names_of_other_systems() {
    assert_eq!(
        line("%loglevel% - %time% - %file% | "),
        "WARN - 2023-03-29 12:16:30 - src/db.rs:88 | "
    );
    assert_eq!(line("%day% %TIMENOW%.log"), "2023-03-29 2023-03-29_12-16-30.log");
    assert_eq!(line("100% %nothing% {{é}}"), "100% %nothing% {é}");
}

#[test]
fn placeholders_of_python() {
    assert_eq!(
        line("[ %(asctime)-15s ][ %(levelname)-7s ][ %(filename)s:%(lineno)d ]%(funcName)s"),
        "[ 2023-03-29 12:16:30.007 ][ WARN    ][ db.rs:88 ]"
    );
    assert_eq!(line("%(levelname)7s|%(levelname)s"), "   WARN|WARN");
}

#[test]
fn an_error_shows_the_template_and_the_place() {
    let error = |text: &str| text.parse::<Template>().unwrap_err().to_string();
    assert_eq!(
        error("é {level} {massage}"),
        "bad template: no placeholder has this name; there are time, level, target, module, task, \
         run, file, line, thread, pid, process, host, ip, name, message, fields, spans, seq\n  \
         é {level} {massage}\n             ^"
    );
    assert_eq!(
        error("{level"),
        "bad template: this { has no }; write {{ for a brace\n  {level\n  ^"
    );
    assert_eq!(error("a}"), "bad template: this } has no {; write }} for a brace\n  a}\n   ^");
    assert!(error("{level:<x}").ends_with("\n  {level:<x}\n         ^"));
    assert!(error("{level:<256}").contains("at most 255"));
    assert!(error("{time:%Q}").ends_with("\n  {time:%Q}\n        ^"));
}

#[test]
fn a_time_is_rendered_anew_when_the_second_turns() {
    let mut template: Template = "{time:%S}{time:%.3f}{time:%.f} ".parse().unwrap();
    let mut line = String::new();
    let mut record = Record::new(Level::Info, "", "");
    for wall_ns in [NOON.wall_ns, NOON.wall_ns + 1_000_000, NOON.wall_ns + 1_000_000_000] {
        record.time.wall_ns = wall_ns;
        template.render(&record, &mut line).unwrap();
    }
    assert_eq!(line, "30.007.007114 30.008.008114 31.007.007114 ");
}

proptest! {
    #[test]
    fn any_text_is_a_template_or_an_error(text in any::<String>()) {
        let _ = text.parse::<Template>().map_err(|error| error.to_string());
    }

    #[test]
    fn nearly_templates(pieces in proptest::collection::vec(prop::sample::select(&[
        "{", "}", "{{", "}}", "%", ":", "<", "9", "time", "level", "%Y", "%.3f", "%f", "%time%",
        "é", " ", "{time:", "{level:", "%%", "%TIMENOW%", "%-", "%:", "%#", "\n",
    ][..]), 0..12)) {
        let text: String = pieces.concat();
        if let Ok(mut template) = text.parse::<Template>() {
            let mut line = String::new();
            let record = Record { time: NOON, ..Record::new(Level::Info, "a", "b") };
            template.render(&record, &mut line).unwrap();
        }
    }
}
