//! Arguments of tasks, and the runs that had them.

use ringvisor::record::Level;

use crate::bench::Bench;

#[test]
fn arguments_are_changed_for_the_next_run() {
    let bench = Bench::new();
    let at_first = String::from_utf8(bench.run("status spare").stdout).unwrap();
    assert!(at_first.contains("    ┗━► args: led=2, pause=500ms\n"), "{at_first}");
    let changed = "spare: pause 500ms -> 250ms from the next run on.  Now: rvctl start spare";
    bench.prints("set spare pause=250ms --reason slow", 0, &[changed]);
    bench.prints("start spare", 0, &["spare: running (run …) after …"]);
    bench.prints("ps spare", 0, &["STATE  …", "running  spare  …  led 2 every 250ms"]);
    let changed =
        "spare: led 2 -> 7, pause 250ms -> 1s from the next run on.  Now: rvctl restart spare";
    bench.prints("set spar* led=7 pause=1s", 0, &[changed]);
    // What runs goes on as it was.
    bench.prints("ps spare", 0, &["STATE  …", "running  spare  …  led 2 every 250ms"]);
    bench.prints("restart spare", 0, &["spare: running (run …) after …"]);
    bench.prints("ps spare", 0, &["STATE  …", "running  spare  …  led 7 every 1s"]);
    let log = String::from_utf8(bench.run("logs -q").stdout).unwrap();
    assert!(log.contains("set spare pause=250ms, by uid ") && log.contains("reason=slow"), "{log}");
}

#[test]
fn what_cannot_be_set_is_told_with_what_can() {
    let bench = Bench::new();
    let unknown =
        "rvctl: spare: there is no argument \"puase\"; there is led, pause; did you mean pause?";
    bench.prints("set spare puase=1s", 2, &[unknown]);
    bench.prints("set spare led=many", 2, &["rvctl: spare: led is a u8, not \"many\""]);
    let time = "rvctl: spare: pause is a time such as 250ms, 90s, 10m or 2h, not \"soon\"";
    bench.prints("set spare led=7 pause=soon", 2, &[time]);
    let near = "rvctl: there is no task \"spaer\"; did you mean spare?";
    bench.prints("set spaer led=7", 4, &[near]);
    let fixed = "rvctl: answer: its arguments cannot be changed by name;…";
    bench.prints("set answer led=7", 1, &[fixed]);
    bench.prints("set spare", 2, &["rvctl: set needs KEY=VALUE behind the task, …"]);
    // One that is wrong changes nothing, and of several tasks none.
    bench.prints("set * led=7", 1, &[fixed]);
    let detail = String::from_utf8(bench.run("status spare").stdout).unwrap();
    assert!(detail.contains("args: led=2, pause=500ms"), "{detail}");
}

#[test]
fn one_run_of_a_task_can_be_read() {
    let bench = Bench::new();
    bench.say_as("spare", 1, "first");
    bench.say_as("mailer", 1, "of another task");
    bench.say_as("spare", 2, "second");
    bench.say(Level::Info, "of none");
    bench.prints("logs -q -o cat -u spare --run 1", 0, &["first"]);
    bench.prints("logs -q -o cat --run 1", 0, &["first", "of another task"]);
    bench.prints("logs -q -u spare --run 7", 1, &[]);
    for _ in 0..2 {
        bench.prints("restart spare", 0, &["spare: running (run …) after …"]);
    }
    bench.prints("logs -q -o cat -u spare --run 0 -g second", 0, &["second"]);
    bench.prints("logs -q -o cat -u spare --run -1 -g first", 0, &["first"]);
    bench.prints("logs -q -o cat -u spare --previous -g first", 0, &["first"]);
    let none = "rvctl: run=-2: the newest run of spare is 2";
    bench.prints("logs -q -u spare --run -2", 2, &[none]);
    bench.prints("logs -q --run 0", 2, &["rvctl: run=0 counts the runs of one task; name it"]);
}
