//! Who we are, as a peer of ours would see it.

use std::io;
use std::sync::OnceLock;

use tokio::net::UnixStream;
use tokio::runtime;

/// The user that this process runs as.
///
/// A socket knows it, which is the only way to learn it that needs no foreign function.
pub(crate) fn own_uid() -> io::Result<u32> {
    static UID: OnceLock<u32> = OnceLock::new();
    if let Some(uid) = UID.get() {
        return Ok(*uid);
    }
    // A runtime must not be driven from inside of another one, so that is done elsewhere.
    let asked = std::thread::Builder::new().name("ringvisor-uid".into()).spawn(ask)?;
    let uid = asked.join().map_err(|_| io::Error::other("no answer"))??;
    Ok(*UID.get_or_init(|| uid))
}

fn ask() -> io::Result<u32> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let _entered = runtime.enter();
    let (one, _other) = UnixStream::pair()?;
    Ok(one.peer_cred()?.uid())
}
