//! The one event that every backend is given: a served request, with values that change from call
//! to call so that no backend profits from repeating itself.

use log::info;

/// What the event says.
#[derive(Clone, Copy)]
pub struct Request {
    pub id: u64,
    pub ip: &'static str,
    pub us: u32,
    pub code: u16,
}

const CLIENTS: [&str; 16] = [
    "10.12.0.7",
    "10.13.41.128",
    "172.16.254.3",
    "192.168.1.10",
    "10.0.0.1",
    "203.0.113.77",
    "198.51.100.9",
    "10.200.13.55",
    "172.31.9.240",
    "192.0.2.146",
    "10.64.3.18",
    "100.64.0.99",
    "10.1.1.1",
    "198.18.77.200",
    "192.168.100.31",
    "10.99.250.4",
];

impl Request {
    /// The `i`th request of a run.
    #[inline(always)]
    pub fn number(i: u64) -> Self {
        Self {
            id: 1_000_000 + i,
            ip: CLIENTS[(i % CLIENTS.len() as u64) as usize],
            us: 100 + (i.wrapping_mul(7919) % 90_000) as u32,
            code: if i.is_multiple_of(17) { 404 } else { 200 },
        }
    }

    /// The text that `log_call` hands to the facade.
    pub fn message(&self) -> String {
        let Self { id, ip, us, code } = self;
        format!("request {id} from {ip} took {us} us status {code}")
    }
}

/// The event as text through the `log` facade.
#[inline(always)]
pub fn log_call(i: u64) {
    let Request { id, ip, us, code } = Request::number(i);
    info!("request {} from {} took {} us status {}", id, ip, us, code);
}

/// The event as a static message and four typed fields through the `tracing` facade.
#[inline(always)]
pub fn tracing_call(i: u64) {
    let Request { id, ip, us, code } = Request::number(i);
    tracing::info!(id, ip, us, code, "request done");
}
