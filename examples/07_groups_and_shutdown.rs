//! Starts a group in order, lets one failure restart all of it, and shuts down in reverse.

use core::time::Duration;

use ringvisor::supervise::{Ctx, Strategy, Supervisor, TaskError};
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    let supervisor = Supervisor::new();
    let net = supervisor.group("net").strategy(Strategy::OneForAll).start()?;

    // Each one starts when the one before it is ready.
    let link = net.task("link", |cx| serve(cx, "link")).notify_ready().start()?;
    let dhcp = net.task("dhcp", |cx| serve(cx, "dhcp")).notify_ready().start()?;
    let http = net.task("http", crash_once).notify_ready().start()?;

    sleep(Duration::from_secs(5)).await;
    println!("runs: link {}, dhcp {}, http {}", link.run(), dhcp.run(), http.run());
    println!("alive: {}", supervisor.alive().join(", "));

    // Asked first, aborted after its timeout: nothing can hold up the end for ever.
    let deaf = supervisor.spawn("deaf", core::future::pending::<()>())?;
    let closed = supervisor.shutdown(Duration::from_secs(10)).await?;
    println!("left behind: {}, forced: {}", closed.detached.len(), closed.forced);
    assert_eq!(deaf.await, Err(TaskError::Aborted));
    Ok(())
}

async fn serve(cx: Ctx, name: &str) -> Result<(), &'static str> {
    cx.ready();
    println!("{name} up");
    cx.stopping().await;
    println!("{name} down");
    Ok(())
}

async fn crash_once(cx: Ctx) -> Result<(), &'static str> {
    cx.ready();
    if cx.run() == 1 {
        println!("http fails");
        return Err("address in use");
    }
    serve(cx, "http").await
}

// Output:
// link up
// dhcp up
// http fails
// dhcp down
// link down
// link up
// dhcp up
// http up
// runs: link 2, dhcp 2, http 2
// alive: net, net/dhcp, net/http, net/link
// http down
// dhcp down
// link down
// left behind: 0, forced: false
