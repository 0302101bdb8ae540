//! The machine as far as it matters to a measurement: what it is, and who disturbs it.

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

/// One line that says on what a table was measured.
pub fn describe() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| model_name(&text));
    let cpu = cpu.unwrap_or_else(|| std::env::consts::ARCH.into());
    format!("{cpu}, {} cores, {}", cores(), env!("RUSTC_VERSION"))
}

fn model_name(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

pub fn cores() -> usize {
    available_parallelism().map_or(1, Into::into)
}

/// How often the calling thread lost its core against its will so far. A lock that sleeps gives
/// the core up by itself and is not counted.
pub fn preemptions() -> i64 {
    usage(libc::RUSAGE_THREAD).map_or(0, |usage| usage.ru_nivcsw)
}

/// Measures how many cores others kept busy since a point in time. Time stolen by the host counts
/// as others; so does the kernel's own work, such as writing back files.
pub struct Others {
    since: Instant,
    busy: Duration,
    own: Duration,
}

impl Others {
    pub fn watch() -> Self {
        Self { since: Instant::now(), busy: busy_time(), own: own_time() }
    }

    /// Zero where the system does not tell.
    pub fn cores(&self) -> f64 {
        let busy = busy_time().saturating_sub(self.busy);
        let own = own_time().saturating_sub(self.own);
        busy.saturating_sub(own).as_secs_f64() / self.since.elapsed().as_secs_f64()
    }
}

fn busy_time() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = first.split_whitespace().skip(1).map_while(|t| t.parse().ok()).collect();
    let [user, nice, system, _idle, _iowait, irq, softirq, steal, ..] = ticks[..] else {
        return Duration::ZERO;
    };
    // The kernel reports in units of USER_HZ, which is 100 on every Linux in use.
    Duration::from_millis(10 * (user + nice + system + irq + softirq + steal))
}

/// CPU time of this process and of its children that have ended.
fn own_time() -> Duration {
    [libc::RUSAGE_SELF, libc::RUSAGE_CHILDREN]
        .into_iter()
        .filter_map(|who| usage(who).ok())
        .map(|usage| duration(usage.ru_utime) + duration(usage.ru_stime))
        .sum()
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
}

fn usage(who: libc::c_int) -> io::Result<libc::rusage> {
    let mut usage = MaybeUninit::zeroed();
    // SAFETY: the pointer is valid for writing one `rusage`.
    match unsafe { libc::getrusage(who, usage.as_mut_ptr()) } {
        // SAFETY: it was zeroed, which is a valid `rusage`, and then filled.
        0 => Ok(unsafe { usage.assume_init() }),
        _ => Err(io::Error::last_os_error()),
    }
}
