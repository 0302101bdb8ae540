mod callbacks;
mod commands;
mod diary;
mod drops;
mod events;
mod faults;
mod groups;
mod itself;
mod outcomes;
mod panics;
mod restarts;
mod runtimes;
mod shutdown;
mod strangers;
mod threads;

use diary::Diary;
