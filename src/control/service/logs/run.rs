//! Which run of a task is meant.

use crate::control::api::Failure;
use crate::control::service::Service;
use crate::control::service::answer::bad;
use crate::control::service::params::Params;
use crate::control::service::tasks::nothing;
use crate::pattern::Glob;
use crate::supervise::Select;

impl Service {
    /// The number of the run that `run=` names: its own, or, from 0 down, how many there were after
    /// it. Those are counted back from the newest run of the one task that is asked about.
    pub(super) async fn run_meant(&self, params: &mut Params) -> Result<Option<u32>, Failure> {
        let Some(run) = params.parsed::<i64>("run")? else { return Ok(None) };
        if run > 0 {
            let wrong = |_| bad(std::format!("run={run}: no task can have had so many"));
            return u32::try_from(run).map(Some).map_err(wrong);
        }
        let task = match params.peek("task")[..] {
            [task] if !Glob::has_wildcard(task) => std::string::String::from(task),
            _ => return Err(bad(std::format!("run={run} counts the runs of one task; name it"))),
        };
        let newest = self.look(move |service| {
            let (mut newest, name) = (0, task.clone());
            let seen = service.view().each(Select::Name(task), |task| newest = task.run);
            seen.map_err(nothing).map(|()| (newest, name))
        });
        let (newest, name) = newest.await?;
        let meant = u32::try_from(i64::from(newest).saturating_add(run)).ok();
        let none = || bad(std::format!("run={run}: the newest run of {name} is {newest}"));
        meant.filter(|meant| *meant > 0).map(Some).ok_or_else(none)
    }
}
