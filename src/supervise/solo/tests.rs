//! A task that is alone does what the core would have it do.

use ::core::time::Duration;
use std::vec::Vec;

use proptest::prelude::{Just, any, prop};
use proptest::strategy::Strategy as Generate;
use proptest::{prop_oneof, proptest};

use crate::supervise::*;

#[derive(Clone, Debug)]
enum Step {
    Command(Command),
    Hold(bool),
    Ready,
    Beat,
    End(End, Class),
    Pass(u64),
    /// Time passes until the next deadline.
    Wake,
}

fn time() -> impl Generate<Value = Duration> {
    prop_oneof![1..4_u64, 1..60_u64].prop_map(Duration::from_nanos)
}

fn spec() -> impl Generate<Value = TaskSpec> {
    let when = prop::sample::select(&[When::Never, When::OnFailure, When::Always][..]);
    let budget = prop::option::of(
        (0..4_u32, time()).prop_map(|(restarts, window)| Budget { restarts, window: window * 5 }),
    );
    let backoff = (time(), time(), time()).prop_map(|(initial, cap, reset_after)| Backoff {
        initial,
        cap,
        reset_after,
        ..Backoff::default()
    });
    let policy = (when, backoff, budget).prop_map(|(when, backoff, budget)| Policy {
        when,
        backoff,
        budget,
        exhausted: Exhausted::Park,
    });
    let limits = (any::<bool>(), prop::option::of(time()), prop::option::of(time()));
    (policy, limits, prop::option::of(time()), time(), time()).prop_map(
        |(
            policy,
            (notify_ready, start_timeout, run_limit),
            heartbeat,
            stop_timeout,
            abort_timeout,
        )| {
            TaskSpec {
                policy,
                notify_ready,
                start_timeout,
                run_limit,
                heartbeat,
                stop_timeout,
                abort_timeout,
            }
        },
    )
}

fn step() -> impl Generate<Value = Step> {
    let commands = [
        Command::Start,
        Command::Stop,
        Command::Restart,
        Command::Kill,
        Command::Disable,
        Command::Enable,
    ];
    let ends = [End::Completed, End::Failed, End::Panicked, End::Aborted];
    let classes = [Class::Default, Class::Default, Class::Retry, Class::Fatal, Class::Ignore];
    let (end, class) =
        (prop::sample::select(ends.to_vec()), prop::sample::select(classes.to_vec()));
    prop_oneof![
        3 => prop::sample::select(commands.to_vec()).prop_map(Step::Command),
        1 => any::<bool>().prop_map(Step::Hold),
        1 => Just(Step::Ready),
        1 => Just(Step::Beat),
        4 => (end, class).prop_map(|(end, class)| Step::End(end, class)),
        2 => (0..40_u64).prop_map(Step::Pass),
        4 => Just(Step::Wake),
    ]
}

/// Both machines, and what they have told.
struct Both {
    core: Core<Inline<2, 4>>,
    solo: Solo<4>,
    spec: TaskSpec,
    run: Run,
    now: u64,
    told: [Vec<Action>; 2],
}

impl Both {
    fn new(spec: TaskSpec) -> Self {
        let mut core = Core::new(Inline::new()).expect("there is a slot for the root");
        let task = core.add_task(spec, None, 0).expect("and one for the task");
        let run = Run { task, number: 0 };
        Self { core, solo: Solo::new(task), spec, run, now: 0, told: [Vec::new(), Vec::new()] }
    }

    fn step(&mut self, step: &Step) {
        let Self { core, solo, spec, run, now, told: [by_core, by_solo] } = self;
        run.number = solo.run().number;
        let mut core_out = |action: Action| by_core.push(action);
        let solo_out = &mut |action| by_solo.push(action);
        match *step {
            Step::Command(command) => {
                let _ = core.command(run.task, command, *now, &mut core_out);
                let _ = solo.command(spec, command, *now, solo_out);
            }
            Step::Hold(on) => {
                let held = core.hold(run.task, Hold::Condition, on, *now, &mut core_out);
                held.expect("the task is there");
                solo.hold(spec, on, *now, solo_out);
            }
            Step::Ready => {
                core.event(Event::Ready(*run), *now, &mut core_out);
                solo.ready(*now, solo_out);
            }
            Step::Beat => {
                core.event(Event::Beat(*run), *now, &mut core_out);
                solo.beat(*now);
            }
            Step::End(end, class) => {
                core.event(Event::Ended { run: *run, end, class }, *now, &mut core_out);
                solo.ended(spec, end, class, *now, solo_out);
            }
            Step::Pass(time) => *now += time,
            Step::Wake => *now = core.next_wake().unwrap_or(*now).max(*now),
        }
        core.tick(*now, &mut core_out);
        solo.tick(spec, *now, solo_out);
    }

    fn agree(&self) {
        let (view, solo) = (self.core.view(self.run.task).expect("it is there"), &self.solo);
        assert_eq!((solo.state(), solo.run().number), (view.state, view.run));
        assert_eq!((solo.attempt(), solo.due(&self.spec)), (view.attempt, view.due));
        let theirs = self.told[0].iter().filter(|told| !matches!(told, Action::Resolved { .. }));
        assert_eq!(theirs.copied().collect::<Vec<_>>(), self.told[1]);
    }
}

proptest! {
    #[test]
    fn agrees_with_the_core(spec in spec(), steps in prop::collection::vec(step(), 1..80)) {
        let mut both = Both::new(spec);
        both.step(&Step::Command(Command::Start));
        for step in &steps {
            both.step(step);
            both.agree();
        }
    }
}
