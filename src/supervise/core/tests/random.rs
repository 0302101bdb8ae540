//! Random histories, told to the core, the model and the invariants at once.

use ::core::time::Duration;
use std::vec::Vec;
use std::{env, format, vec};

use proptest::prelude::{Just, any, prop};
use proptest::strategy::Strategy as Generate;
use proptest::test_runner::Config;
use proptest::{prop_oneof, proptest};

use super::invariants::Witness;
use super::model::{Model, Node, Spec};
use crate::supervise::*;

/// One thing that happens. Tasks and groups are named by a number taken modulo how many there are.
#[derive(Clone, Debug)]
enum Step {
    AddTask(TaskSpec, usize),
    AddGroup(GroupSpec, usize),
    Command(usize, Command),
    Ready(usize),
    Beat(usize),
    Extend(usize, u64),
    End(usize, End, Class),
    /// The end of a run that is over, told once more.
    Stale(usize),
    Hold(usize, Hold, bool),
    Pass(u64),
    /// Time passes until the next deadline.
    Wake,
    Shutdown(Shutdown),
}

fn time() -> impl Generate<Value = Duration> {
    prop_oneof![Just(0), 1..4_u64, 1..60_u64].prop_map(Duration::from_nanos)
}

fn any_policy() -> impl Generate<Value = Policy> {
    let when = prop::sample::select(
        &[
            When::Never,
            When::OnFailure,
            When::OnFailure,
            When::OnFailure,
            When::OnAbnormal,
            When::OnPanic,
            When::OnWatchdog,
            When::Always,
        ][..],
    );
    let exhausted = prop::sample::select(
        &[
            Exhausted::Park,
            Exhausted::Park,
            Exhausted::StopGroup,
            Exhausted::Escalate,
            Exhausted::Escalate,
            Exhausted::ShutdownAll,
        ][..],
    );
    let jitter = prop::sample::select(&[Jitter::None, Jitter::Full, Jitter::Equal][..]);
    let budget = prop::option::of(
        (0..4_u32, time()).prop_map(|(restarts, window)| Budget { restarts, window: window * 5 }),
    );
    let backoff = (time(), time(), time(), 100..300_u32, jitter, 0..3_u32).prop_map(
        |(initial, cap, reset_after, growth_percent, jitter, floor)| Backoff {
            initial,
            growth_percent,
            cap,
            floor: Duration::from_nanos(floor.into()),
            jitter,
            seed: 1,
            reset_after,
        },
    );
    (when, backoff, budget, exhausted).prop_map(|(when, backoff, budget, exhausted)| Policy {
        when,
        backoff,
        budget,
        exhausted,
    })
}

fn any_task() -> impl Generate<Value = TaskSpec> {
    let maybe = || prop::option::of(time());
    (any_policy(), any::<bool>(), maybe(), maybe(), maybe(), time(), time()).prop_map(
        |(
            policy,
            notify_ready,
            start_timeout,
            run_limit,
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

fn any_group() -> impl Generate<Value = GroupSpec> {
    let strategy = prop::sample::select(
        &[Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne, Strategy::FirstExit][..],
    );
    let order = prop::sample::select(&[Order::OneByOne, Order::AllAtOnce][..]);
    (strategy, order, any_policy(), prop::option::of(time())).prop_map(
        |(strategy, order, policy, stop_timeout)| GroupSpec {
            strategy,
            order,
            policy,
            stop_timeout,
        },
    )
}

fn any_step() -> impl Generate<Value = Step> {
    let who = || 0..8_usize;
    let command = prop::sample::select(
        &[
            Command::Start,
            Command::Start,
            Command::Start,
            Command::Stop,
            Command::Restart,
            Command::Kill,
            Command::Disable,
            Command::Enable,
            Command::Enable,
            Command::Remove,
        ][..],
    );
    let end = prop::sample::select(&[End::Completed, End::Failed, End::Panicked, End::Aborted][..]);
    let class = prop::sample::select(
        &[
            Class::Default,
            Class::Default,
            Class::Default,
            Class::Default,
            Class::Retry,
            Class::Fatal,
            Class::Ignore,
            Class::Escalate,
        ][..],
    );
    let hold = prop::sample::select(&[Hold::Dependency, Hold::Schedule, Hold::Condition][..]);
    let how = prop::sample::select(&[Shutdown::Graceful, Shutdown::Now][..]);
    prop_oneof![
        2 => (any_task(), who()).prop_map(|(spec, group)| Step::AddTask(spec, group)),
        1 => (any_group(), who()).prop_map(|(spec, group)| Step::AddGroup(spec, group)),
        20 => (who(), command).prop_map(|(who, command)| Step::Command(who, command)),
        12 => who().prop_map(Step::Ready),
        3 => who().prop_map(Step::Beat),
        1 => (who(), 0..40_u64).prop_map(|(who, more)| Step::Extend(who, more)),
        20 => (who(), end, class).prop_map(|(who, end, class)| Step::End(who, end, class)),
        2 => who().prop_map(Step::Stale),
        2 => (who(), hold, any::<bool>()).prop_map(|(who, hold, on)| Step::Hold(who, hold, on)),
        8 => prop_oneof![0..3_u64, 0..80_u64].prop_map(Step::Pass),
        14 => Just(Step::Wake),
        1 => prop::option::weighted(0.3, how)
            .prop_map(|how| how.map_or(Step::Wake, Step::Shutdown)),
    ]
}

/// Some groups with tasks in them, all started, and then whatever happens.
fn any_history(steps: usize) -> impl Generate<Value = Vec<Step>> {
    let group = (any_group(), 0..8_usize).prop_map(|(spec, group)| Step::AddGroup(spec, group));
    let task = (any_task(), 0..8_usize).prop_map(|(spec, group)| Step::AddTask(spec, group));
    let groups = prop::collection::vec(group, 0..4);
    let tasks = prop::collection::vec(task, 0..7);
    let rest = prop::collection::vec(any_step(), 1..steps);
    (groups, tasks, rest).prop_map(|(groups, tasks, rest)| {
        let all = groups.len() + tasks.len();
        let starts = (0..all).map(|who| Step::Command(who, Command::Start));
        groups.into_iter().chain(tasks).chain(starts).chain(rest).collect()
    })
}

/// The core, the model and the witness, kept in step.
struct World {
    core: Core<Heap>,
    model: Model,
    witness: Witness,
    now: u64,
}

impl World {
    fn new() -> Self {
        let core = Core::new(Heap::new()).unwrap();
        Self { core, model: Model::new(), witness: Witness::default(), now: 0 }
    }

    fn living(&self) -> Vec<usize> {
        (1..self.model.nodes.len()).filter(|at| !self.model.nodes[*at].gone).collect()
    }

    fn pick(&self, who: usize) -> Option<usize> {
        let living = self.living();
        (!living.is_empty()).then(|| living[who % living.len()])
    }

    /// Every other number names no group at all.
    fn group(&self, who: usize) -> usize {
        let usable = |at: &usize| {
            let node = &self.model.nodes[*at];
            node.group().is_some() && node.wanted != Wanted::Removed
        };
        let groups: Vec<usize> = self.living().into_iter().filter(usable).collect();
        if groups.is_empty() || who % 2 == 0 { 0 } else { groups[who / 2 % groups.len()] }
    }

    fn run(&self, who: usize) -> Option<Run> {
        let node = &self.model.nodes[self.pick(who)?];
        node.group().is_none().then_some(Run { task: node.id, number: node.run })
    }

    /// A run that is alive, if there is one.
    fn alive(&self, who: usize) -> Option<Run> {
        let nodes = &self.model.nodes[1..];
        let alive = |node: &&Node| node.group().is_none() && node.state.is_alive();
        let alive: Vec<&Node> = nodes.iter().filter(alive).collect();
        let node = alive.get(who.checked_rem(alive.len())?)?;
        Some(Run { task: node.id, number: node.run })
    }

    fn apply(&mut self, step: &Step) {
        let mut actions = Vec::new();
        self.model.actions.clear();
        self.tell(step, &mut |action| actions.push(action));
        self.witness.see(self.now, &actions, &self.core);
        self.compare(&actions);
    }

    fn tell(&mut self, step: &Step, out: &mut dyn FnMut(Action)) {
        let now = self.now;
        match *step {
            Step::AddTask(spec, group) => self.add(Spec::Task(spec), group),
            Step::AddGroup(spec, group) => self.add(Spec::Group(spec), group),
            Step::Command(who, command) => {
                let Some(at) = self.pick(who) else { return };
                let id = self.model.nodes[at].id;
                let answer = self.core.command(id, command, now, out);
                assert_eq!(answer, self.model.command(at, command, now));
                self.witness.commanded(&self.model, at, command, answer);
            }
            Step::Ready(who) => self.event(self.run(who).map(Event::Ready), out),
            Step::Beat(who) => self.event(self.run(who).map(Event::Beat), out),
            Step::Extend(who, more) => {
                self.event(self.run(who).map(|run| Event::Extend(run, more)), out);
            }
            Step::End(who, end, class) => {
                let ended = |run| Event::Ended { run, end, class };
                self.event(self.alive(who).map(ended), out);
            }
            Step::Stale(who) => {
                let stale = |run: Run| Event::Ended {
                    run: Run { number: run.number.wrapping_sub(1), ..run },
                    end: End::Failed,
                    class: Class::Default,
                };
                self.event(self.run(who).map(stale), out);
            }
            Step::Hold(who, hold, on) => {
                let Some(at) = self.pick(who) else { return };
                self.core.hold(self.model.nodes[at].id, hold, on, now, out).unwrap();
                self.model.hold(at, hold, on, now);
            }
            Step::Pass(time) => self.tick(now + time, out),
            Step::Wake => self.tick(self.core.next_wake().unwrap_or(now), out),
            Step::Shutdown(how) => {
                self.core.shutdown(how, now, out);
                self.model.shutdown(how, now);
            }
        }
    }

    fn add(&mut self, spec: Spec, group: usize) {
        let at = self.group(group);
        let parent = (at != 0).then(|| self.model.nodes[at].id);
        let id = match spec {
            Spec::Task(spec) => self.core.add_task(spec, parent, self.now),
            Spec::Group(spec) => self.core.add_group(spec, parent, self.now),
        };
        match id {
            Ok(id) => self.model.add(id, at, spec, self.now),
            Err(error) => assert!(self.model.closing || error == AddError::TooDeep, "{error}"),
        }
    }

    fn event(&mut self, event: Option<Event>, out: &mut dyn FnMut(Action)) {
        let Some(event) = event else { return };
        self.core.event(event, self.now, out);
        self.model.event(event, self.now);
    }

    fn tick(&mut self, now: u64, out: &mut dyn FnMut(Action)) {
        self.now = self.now.max(now);
        self.core.tick(self.now, out);
        self.model.tick(self.now);
    }

    fn compare(&self, actions: &[Action]) {
        for node in &self.model.nodes[1..] {
            let view = self.core.view(node.id);
            assert_eq!(view.is_none(), node.gone, "{:?}", node.id);
            let Some(view) = view else { continue };
            let have = (view.state, view.wanted, view.run, view.attempt, view.restarts);
            let restarts = self.model.restarts(node);
            let want = (node.state, node.wanted, node.run, node.attempt, restarts);
            assert_eq!(have, want, "{:?}", node.id);
            // One that is down may pass through another state and back at one moment.
            assert!(!node.state.is_alive() || view.since == node.since, "{:?}", node.id);
        }
        assert_eq!(self.core.next_wake(), self.model.next_wake());
        let told = |actions: &[Action]| {
            let mut told: Vec<_> = actions
                .iter()
                .filter(|action| !matches!(action, Action::Changed { .. }))
                .map(|action| format!("{action:?}"))
                .collect();
            told.sort();
            told
        };
        assert_eq!(told(actions), told(&self.model.actions));
    }

    /// Shuts down, lets every run end or be given up, and then ends those that were.
    fn finish(mut self) {
        self.apply(&Step::Shutdown(Shutdown::Graceful));
        while self.core.next_wake().is_some() {
            self.apply(&Step::Wake);
        }
        while self.alive(0).is_some() {
            self.apply(&Step::End(0, End::Aborted, Class::Default));
        }
        assert_eq!(self.core.next_wake(), None);
        self.witness.finished();
    }
}

fn soaking() -> bool {
    env::var_os("RINGVISOR_SOAK").is_some_and(|value| value == "1")
}

#[test]
fn agrees_with_the_model() {
    let (cases, steps) = if soaking() { (20_000, 200) } else { (600, 100) };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    proptest!(config, |(history in any_history(steps))| {
        let mut world = World::new();
        for step in &history {
            world.apply(step);
        }
        world.finish();
    });
}
