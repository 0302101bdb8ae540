//! Who writes: looked up once, when a sink starts, and never for a record.

use std::fs;
use std::net::UdpSocket;
use std::string::{String, ToString};

use crate::record::{Own, Template};
use crate::stream::Format;

/// A format that knows its program, as far as it asks for it and was not told.
pub(super) fn signed(format: Format, name: &str) -> Format {
    match format {
        Format::Template(template) => Format::Template(sign(template, name)),
        format => format,
    }
}

pub(super) fn sign(template: Template, name: &str) -> Template {
    template.sign(|own| match own {
        Own::Name => name.to_string(),
        Own::Host => host(),
        Own::Ip => ip(),
        Own::Pid => std::process::id().to_string(),
        Own::Process => process(),
    })
}

/// The machine's name; `?` where nobody says it.
fn host() -> String {
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let read = files.iter().find_map(|file| fs::read_to_string(file).ok());
    let vars = ["HOSTNAME", "COMPUTERNAME"];
    let host = read.or_else(|| vars.iter().find_map(|var| std::env::var(var).ok()));
    let host = host.unwrap_or_default().trim().to_string();
    if host.is_empty() { "?".into() } else { host }
}

/// The address from which this machine would speak to others; `?` where it has none. Asking for it
/// sends nothing: the address beyond is one for documentation.
fn ip() -> String {
    let ask = |own: &str, beyond: &str| {
        let socket = UdpSocket::bind(own).ok()?;
        socket.connect(beyond).ok()?;
        socket.local_addr().ok().map(|address| address.ip().to_string())
    };
    let v4 = ask("0.0.0.0:0", "192.0.2.1:9");
    v4.or_else(|| ask("[::]:0", "[2001:db8::1]:9")).unwrap_or_else(|| "?".into())
}

/// The name of the program's file.
fn process() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&path).file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
