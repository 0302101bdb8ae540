mod brief;
mod civil;
mod hostile;
mod json;
mod round_trip;
mod sample;
#[cfg(feature = "std")]
mod template;
mod text;
