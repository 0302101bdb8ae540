#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
mod examples;
#[cfg(ringvisor_loom)]
mod loom;
