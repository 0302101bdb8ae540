#[cfg(ringvisor_loom)]
mod loom;
