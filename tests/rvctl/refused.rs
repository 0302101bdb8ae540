//! What goes wrong says what, why, and what to do; and each kind has its exit code.

use crate::bench::Bench;

#[test]
fn typos_get_a_suggestion() {
    let bench = Bench::new();
    let verb = "rvctl: there is no command \"statsu\"; did you mean \"status\"?";
    bench.prints("statsu", 2, &[verb]);
    let flag = "rvctl: there is no flag --priorty; did you mean --priority?";
    bench.prints("logs --priorty warn", 2, &[flag]);
    let task = "rvctl: there is no task \"mialer\"; did you mean mailer?";
    bench.prints("status mialer", 4, &[task]);
    bench.prints("restart mialer", 4, &[task]);
    let verb = "rvctl: there is no command \"stauts\"; did you mean \"status\"?";
    bench.prints("stauts", 2, &[verb]);
    let task = "rvctl: there is no task \"ent\"; did you mean net?";
    bench.prints("status ent", 4, &[task]);
    let level = "rvctl: \"wran\" is not a level; write one of off, …; did you mean warn?";
    bench.prints("logs -p wran", 2, &[level]);
    bench.prints("level demo=wran", 2, &[level]);
}

#[test]
fn usage_is_checked_before_anybody_is_asked() {
    let bench = Bench::new();
    bench.prints("stop", 2, &["rvctl: stop needs TASK…; see rvctl stop --help"]);
    bench.prints("ring x", 2, &["rvctl: ring takes no \"x\"; see rvctl ring --help"]);
    bench.prints("logs -n many", 2, &["rvctl: --lines=many: that is no number"]);
    bench.prints("logs -o xml", 2, &["rvctl: --output=xml: it is short, …"]);
    bench.prints("stop mailer --wait soon", 2, &["rvctl: \"soon\" is no time; …"]);
    bench.prints("logs -g (", 2, &["rvctl: …"]);
    bench.prints("logs -S whenever", 2, &["rvctl: \"whenever\" is no time; …"]);
    bench.prints("status --color blue", 2, &["rvctl: --color=blue: it is auto, always or never"]);
}

#[test]
fn nobody_there_is_5() {
    let mut bench = Bench::new();
    bench.end();
    bench.prints("status", 5, &["rvctl: cannot connect to …"]);
    bench.prints("complete wor", 0, &[]);
}

#[test]
fn not_permitted_is_6() {
    let bench = Bench::read_only();
    let refused = "rvctl: this program can only be looked at; nothing was changed";
    bench.prints("restart mailer", 6, &[refused]);
    bench.prints("level demo=trace", 6, &[refused]);
    bench.prints("set spare led=7", 6, &[refused]);
    bench.prints("is-active mailer", 0, &["running"]);
}
