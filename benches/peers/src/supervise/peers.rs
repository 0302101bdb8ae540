//! Other supervisors, each told to do the same in its own words.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;

use kameo::actor::Spawn;
use tokio::sync::Semaphore;

use super::measure::{BATCH, Parker, Starter, trivial};
use super::memory::parked;

/// `task-supervisor`: tasks are added by name, and their end is told by a semaphore of ours.
pub struct TaskSupervisor {
    handle: task_supervisor::SupervisorHandle,
    done: Arc<Semaphore>,
}

#[derive(Clone)]
struct Permitted(usize, Arc<Semaphore>);

impl task_supervisor::SupervisedTask for Permitted {
    async fn run(self, _: task_supervisor::CancellationToken) -> task_supervisor::TaskResult {
        black_box(trivial(self.0).await);
        self.1.add_permits(1);
        Ok(())
    }
}

#[derive(Clone)]
struct Parked;

impl task_supervisor::SupervisedTask for Parked {
    async fn run(self, _: task_supervisor::CancellationToken) -> task_supervisor::TaskResult {
        parked().await;
        Ok(())
    }
}

impl Starter for TaskSupervisor {
    fn new() -> Self {
        let handle = task_supervisor::SupervisorBuilder::new().spawn();
        Self { handle, done: Arc::new(Semaphore::new(0)) }
    }

    async fn join_batch(&mut self, first: usize) {
        for number in first..first + BATCH {
            let task = Permitted(number, Arc::clone(&self.done));
            self.handle.add_task(&format!("task-{number}"), task).await.expect("it is added");
        }
        let all = self.done.acquire_many(BATCH as u32).await;
        all.expect("it is never closed").forget();
    }
}

impl Parker for TaskSupervisor {
    async fn park(&mut self, number: usize) {
        self.handle.add_task(&format!("task-{number}"), Parked).await.expect("it is added");
    }
}

/// `ractor`: an actor without a name is spawned, stopped and joined.
pub struct Ractor;

struct Idle;

impl ractor::Actor for Idle {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(
        &self,
        _: ractor::ActorRef<()>,
        (): (),
    ) -> Result<(), ractor::ActorProcessingErr> {
        Ok(())
    }
}

impl Starter for Ractor {
    fn new() -> Self {
        Self
    }

    async fn join_batch(&mut self, _: usize) {
        let mut actors = Vec::with_capacity(BATCH);
        for _ in 0..BATCH {
            let (actor, ended) = ractor::Actor::spawn(None, Idle, ()).await.expect("it starts");
            actor.stop(None);
            actors.push(ended);
        }
        for ended in actors {
            ended.await.expect("it does not panic");
        }
    }
}

/// `kameo`: an actor is spawned, stopped and waited for.
pub struct Kameo;

#[derive(kameo::Actor)]
struct Still;

impl Starter for Kameo {
    fn new() -> Self {
        Self
    }

    async fn join_batch(&mut self, _: usize) {
        let mut actors = Vec::with_capacity(BATCH);
        for _ in 0..BATCH {
            let actor = Still::spawn(Still);
            actor.stop_gracefully().await.expect("it is there");
            actors.push(actor);
        }
        for actor in actors {
            actor.wait_for_shutdown().await;
        }
    }
}

/// `taskvisor`: a task is added and its outcome watched.
pub struct Taskvisor {
    handle: taskvisor::SupervisorHandle,
}

impl Starter for Taskvisor {
    fn new() -> Self {
        let config = taskvisor::SupervisorConfig::default();
        let supervisor = taskvisor::Supervisor::builder(config)
            .with_ownership_capacity(None::<NonZeroUsize>)
            .with_max_registered_tasks(None::<NonZeroUsize>)
            .build();
        Self { handle: supervisor.serve().expect("it starts") }
    }

    async fn join_batch(&mut self, first: usize) {
        let mut watched = Vec::with_capacity(BATCH);
        for number in first..first + BATCH {
            let task: taskvisor::TaskRef = taskvisor::TaskFn::arc(move |_| async move {
                black_box(trivial(number).await);
                Ok(())
            });
            let spec = taskvisor::TaskSpec::once(format!("task-{number}"), task);
            watched.push(self.handle.add(spec).watch().execute().await.expect("it is added"));
        }
        for watch in watched {
            black_box(watch.wait().await.expect("it is watched"));
        }
    }
}
