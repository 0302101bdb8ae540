//! All verbs and flags: the parser, the help, the completions and the manual are made of this.

use super::call::Call;
use super::exit::Done;
use super::verbs;

/// Something that can be asked for.
#[derive(Debug)]
pub(super) struct Verb {
    /// Its name, and others that it has.
    pub(super) names: &'static [&'static str],
    /// What can follow: in brackets what can be left out, with `…` what can come several times.
    pub(super) operands: &'static str,
    /// What it does, in a line.
    pub(super) about: &'static str,
    pub(super) flags: &'static [Flag],
    /// What can be typed behind the command's name.
    pub(super) examples: &'static [&'static str],
    pub(super) run: fn(&Call<'_>) -> Done,
}

/// A flag.
#[derive(Debug)]
pub(super) struct Flag {
    pub(super) short: Option<char>,
    pub(super) long: &'static str,
    /// What its value is; empty for a switch.
    pub(super) value: &'static str,
    pub(super) about: &'static str,
}

impl Verb {
    /// The verb of that name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        VERBS.iter().find(|verb| verb.names.contains(&name))
    }

    pub(super) const fn name(&self) -> &'static str {
        self.names[0]
    }

    /// Whether its operands are names of tasks.
    pub(super) fn takes_tasks(&self) -> bool {
        self.operands.contains("TASK")
    }
}

const fn flag(short: char, long: &'static str, value: &'static str, about: &'static str) -> Flag {
    Flag { short: Some(short), long, value, about }
}

const fn long(long: &'static str, value: &'static str, about: &'static str) -> Flag {
    Flag { short: None, long, value, about }
}

/// Flags of all verbs. A letter that a verb uses for something else is the verb's behind it.
pub(super) const COMMON: &[Flag] = &[
    flag('n', "name", "NAME", "the program that is meant, by name or process id"),
    long("pid", "PID", "the same by process id"),
    long("socket", "PATH", "the same by its socket"),
    long("file", "PATH", "the same by its black box, dead or alive; nothing can be changed then"),
    flag('b', "boot", "-1", "its last run, out of the box that was kept; -2 is the one before"),
    flag('o', "output", "FORM", "text or json; of logs see there"),
    flag('q', "quiet", "", "nothing but the answer"),
    long("color", "WHEN", "auto, always or never"),
    long("width", "COLUMNS", "how long lines may be"),
    long("no-trunc", "", "lines as long as they are"),
    long("no-pager", "", "straight to standard output"),
    long("utc", "", "times in UTC"),
    long("timeout", "SECONDS", "how long an answer may take; 70 unless given"),
];

const WAIT: Flag =
    long("wait", "TIME", "how long to wait for the outcome: 10s, 250ms; at most 60s");
const REASON: Flag = long("reason", "TEXT", "why; stands in the program's log");
const YES: Flag = flag('y', "yes", "", "do not ask");
const CHANGE: &[Flag] = &[WAIT, REASON, YES];

const LOGS: &[Flag] = &[
    flag('u', "unit", "TASK", "of this task or glob; several are together"),
    flag('f', "follow", "", "go on with what comes, until the program ends"),
    flag('F', "follow-name", "", "the same, and go on when the program is started again"),
    flag('n', "lines", "COUNT", "the last so many; 10 with -f, else all"),
    flag('e', "pager-end", "", "begin at the end, with the last 1000"),
    flag('p', "priority", "LEVEL", "of this level and above: error, warn, info, debug, trace"),
    flag('g', "grep", "REGEX", "those that match; without capitals in it, case does not matter"),
    long("match", "PATTERN", "those that contain this text, or fit this glob as a whole"),
    flag('v', "invert", "", "those that do not"),
    long("run", "NUMBER", "of this run of the task; -1 is the one before the newest, 0 that one"),
    flag('t', "target", "GLOB", "of this target"),
    flag('S', "since", "TIME", "from then on: -10m, 09:12, 2026-11-21, @1795253182"),
    flag('U', "until", "TIME", "until then"),
    flag('C', "context", "COUNT", "with so many records around each"),
    flag('r', "reverse", "", "the newest first"),
    flag('o', "output", "FORM", "short, short-iso, full, cat or json"),
    long("list-boots", "", "the runs whose boxes are there, and how they ended"),
    long("cursor", "POSITION", "behind what was shown when this was the position"),
    long("show-cursor", "", "tell the position at the end"),
    long("previous", "", "the same as --run=-1"),
];

/// All verbs, in the order of the help.
pub(super) const VERBS: &[Verb] = &[
    Verb {
        names: &["ls"],
        operands: "",
        about: "programs that can be reached on this machine",
        flags: &[],
        examples: &["ls"],
        run: verbs::ls,
    },
    Verb {
        names: &["status"],
        operands: "[TASK…]",
        about: "the program and its tasks, or these tasks with their last lines",
        flags: &[
            flag('n', "lines", "COUNT", "so many last lines of each task; 10 unless given"),
            flag('l', "line", "", "a line for each"),
            flag('d', "debug", "", "everything that is known"),
        ],
        examples: &["status", "status flaky", "status 'worker*' --line"],
        run: verbs::status,
    },
    Verb {
        names: &["ps"],
        operands: "[TASK…]",
        about: "tasks in a table",
        flags: &[long(
            "sort",
            "COLUMN",
            "name, state, run, since, restarts, busy, longest, polls or wake",
        )],
        examples: &["ps", "ps --sort busy"],
        run: verbs::ps,
    },
    Verb {
        names: &["logs", "journal", "log"],
        operands: "[TASK…]",
        about: "the log: all, what matches, or as it comes",
        flags: LOGS,
        examples: &["logs -f", "logs -u 'worker*' -p warn -S -10m", "logs -F -g 'block=\\d+'"],
        run: verbs::logs,
    },
    Verb {
        names: &["start"],
        operands: "TASK…",
        about: "start tasks",
        flags: CHANGE,
        examples: &["start worker@2"],
        run: verbs::start,
    },
    Verb {
        names: &["stop"],
        operands: "TASK…",
        about: "ask tasks to stop, and abort those that do not",
        flags: CHANGE,
        examples: &["stop worker@2 --wait 30s", "stop workers --yes"],
        run: verbs::stop,
    },
    Verb {
        names: &["restart"],
        operands: "TASK…",
        about: "stop tasks and start them again",
        flags: CHANGE,
        examples: &["restart worker@2"],
        run: verbs::restart,
    },
    Verb {
        names: &["kill", "cancel"],
        operands: "TASK…",
        about: "abort tasks at once",
        flags: CHANGE,
        examples: &["kill hog"],
        run: verbs::kill,
    },
    Verb {
        names: &["pause", "disable"],
        operands: "TASK…",
        about: "stop tasks, and let nothing start them",
        flags: CHANGE,
        examples: &["pause mailer --reason 'the server is down'"],
        run: verbs::pause,
    },
    Verb {
        names: &["resume"],
        operands: "TASK…",
        about: "let tasks start again, and start them",
        flags: CHANGE,
        examples: &["resume mailer"],
        run: verbs::resume,
    },
    Verb {
        names: &["enable"],
        operands: "TASK…",
        about: "let tasks start again, without starting them",
        flags: CHANGE,
        examples: &["enable mailer"],
        run: verbs::enable,
    },
    Verb {
        names: &["remove"],
        operands: "TASK…",
        about: "stop tasks, and forget them",
        flags: CHANGE,
        examples: &["remove worker@3"],
        run: verbs::remove,
    },
    Verb {
        names: &["run", "task"],
        operands: "[NAME [ARG…]]",
        about: "run a command that the program offers; without a name, list them",
        flags: &[
            long("limit", "TIME", "how long it may take: 1m unless given, at most 1h"),
            REASON,
        ],
        examples: &["run", "run drain orders", "run drain orders 10s --limit 5m"],
        run: verbs::run,
    },
    Verb {
        names: &["set"],
        operands: "TASK… KEY=VALUE…",
        about: "change arguments of tasks for their next runs",
        flags: &[REASON],
        examples: &["set ingest batch=500", "set worker@1 worker@2 pause=250ms"],
        run: verbs::set,
    },
    Verb {
        names: &["trace"],
        operands: "[TASK…]",
        about: "why the last run failed, and where",
        flags: &[],
        examples: &["trace flaky"],
        run: verbs::trace,
    },
    Verb {
        names: &["where"],
        operands: "[TASK…]",
        about: "what tasks are doing, and since when",
        flags: &[],
        examples: &["where lost"],
        run: verbs::whereabouts,
    },
    Verb {
        names: &["runs"],
        operands: "[TASK…]",
        about: "the last runs, and how they ended",
        flags: &[],
        examples: &["runs flaky"],
        run: verbs::runs,
    },
    Verb {
        names: &["result"],
        operands: "[TASK…]",
        about: "what came of the last run",
        flags: &[],
        examples: &["result report"],
        run: verbs::result,
    },
    Verb {
        names: &["is-active"],
        operands: "TASK…",
        about: "whether tasks are active, as the exit code",
        flags: &[],
        examples: &["is-active worker@1"],
        run: verbs::is_active,
    },
    Verb {
        names: &["is-failed"],
        operands: "TASK…",
        about: "whether tasks have failed, as the exit code",
        flags: &[],
        examples: &["is-failed flaky"],
        run: verbs::is_failed,
    },
    Verb {
        names: &["level"],
        operands: "[TARGET[=LEVEL]]",
        about: "levels of the log: see them, or change one for a time",
        flags: &[
            long("for", "TIME", "for how long: 90s, 15m, 2h; 15 minutes unless given"),
            long("keep", "", "until somebody changes it again"),
            long("reset", "", "back to how it was configured"),
            REASON,
        ],
        examples: &["level", "level orders::db=trace --for 5m", "level --reset orders::db"],
        run: verbs::level,
    },
    Verb {
        names: &["diagnose"],
        operands: "",
        about: "what somebody should look at, in words",
        flags: &[],
        examples: &["diagnose"],
        run: verbs::diagnose,
    },
    Verb {
        names: &["dump"],
        operands: "",
        about: "everything into one file: the program, its tasks, its log",
        flags: &[flag('o', "output", "FILE", "the file; - is standard output")],
        examples: &["dump", "dump -o - | gzip > dump.gz"],
        run: verbs::dump,
    },
    Verb {
        names: &["ring"],
        operands: "",
        about: "the log as a whole: its size, its age, its losses",
        flags: &[],
        examples: &["ring"],
        run: verbs::ring,
    },
    Verb {
        names: &["api"],
        operands: "PATH",
        about: "any path of the API, as curl sees it; /v1/openapi.json says which there are",
        flags: &[flag('d', "data", "JSON", "send this, which asks for a change")],
        examples: &["api /readyz", "api /v1/events", "api /v1/levels -d {}"],
        run: verbs::api,
    },
    Verb {
        names: &["completions"],
        operands: "SHELL",
        about: "a script that completes commands and names of tasks: bash, zsh, fish",
        flags: &[],
        examples: &["completions bash > /etc/bash_completion.d/rvctl"],
        run: verbs::completions,
    },
    Verb {
        names: &["complete"],
        operands: "[WORD]",
        about: "names of tasks that begin so; for those scripts",
        flags: &[long("commands", "", "names of the program's commands instead")],
        examples: &[],
        run: verbs::complete,
    },
    Verb {
        names: &["man"],
        operands: "",
        about: "the manual page: pipe it to man -l -",
        flags: &[],
        examples: &["man | man -l -"],
        run: verbs::man,
    },
    Verb {
        names: &["version"],
        operands: "",
        about: "the version of this command and of the program",
        flags: &[],
        examples: &["version"],
        run: verbs::version,
    },
    Verb {
        names: &["help"],
        operands: "[COMMAND]",
        about: "what there is, or how a command is used",
        flags: &[],
        examples: &["help logs"],
        run: verbs::help_on,
    },
];
