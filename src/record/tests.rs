mod hostile;
mod round_trip;
mod sample;
