//! What a log call costs, in instructions.

#![no_std]
#![no_main]

use core::future::Future;
use core::hint::black_box;
use core::ops::Deref;
use core::pin::pin;
use core::task::{Context, Waker};

use embassy_time::Instant;
use firmware::count::{instructions, report, show};
use firmware::script::Script;
use firmware::{Uart, time};
use log::{debug, info};
use portable_atomic::{AtomicU32, Ordering};
use ringvisor::board::Console;
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;
use ringvisor::supervise::TaskSpec;
use ringvisor::supervise::embassy::Task;

static MEMORY: Inline<4, 256> = Inline::new();
static LOG: RingStream<&Inline<4, 256>> = RingStream::over(&MEMORY, time::COUNTER);

ringvisor::tasks! {
    static TASKS;
    idler(): TaskSpec::DEFAULT => async |_| idle().await;
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    let installed = LOG.install(LevelFilter::Info);
    let (number, signed, name) = (black_box(1234_u32), black_box(-56_i32), black_box("adc0"));

    // SAFETY: it does nothing, a hundred times.
    show("100 times nothing", &mut || unsafe { core::arch::asm!(".rept 100", "nop", ".endr") });
    let word = AtomicU32::new(0);
    let swap = || word.compare_exchange(black_box(0), 0, Ordering::AcqRel, Ordering::Acquire);
    show("a compare-and-exchange", &mut || _ = black_box(swap()));
    show("reading the clock", &mut || _ = black_box(time::cycles()));
    show("log a level that does not pass", &mut || debug!("v={number}"));
    show("log a literal of 16 bytes", &mut || info!("sensor timeout !"));
    show("log one u32", &mut || info!("v={number}"));
    show("log a text, a u32 and an i32", &mut || info!("{name}: v={number} t={signed}"));
    show("log one u32 in hexadecimal", &mut || info!("reg={number:08x}"));

    let clock = instructions(&mut || _ = black_box(Instant::now().as_ticks()));
    report("reading embassy's clock", clock);
    let mut cx = Context::from_waker(Waker::noop());
    let mut plain = pin!(idle());
    let bare = instructions(&mut || _ = black_box(plain.as_mut().poll(&mut cx)));
    let mut supervised = pin!(TASKS.supervise("idler", async |_| idle().await));
    let whole = instructions(&mut || _ = black_box(supervised.as_mut().poll(&mut cx)));
    report("poll of a supervised task, clock left out", whole - bare - 2 * clock);
    report("bytes of a task", size_of::<Task>() as u32);
    report("bytes that supervision adds to a future", added(&supervised, &plain));
    let console = Console::new(&LOG, &TASKS);
    let answers = console.run(Script::new(&[]), Uart);
    report("bytes of the console's future", size_of_val(&answers) as u32);
    firmware::exit(installed.is_ok())
}

fn added<A, B>(supervised: &A, plain: &B) -> u32
where
    A: Deref<Target: Sized>,
    B: Deref<Target: Sized>,
{
    (size_of_val(&**supervised) - size_of_val(&**plain)) as u32
}

/// A run that has nothing to do.
async fn idle() -> Result<(), &'static str> {
    core::future::pending().await
}

// Output:
// …
