//! Where words have no 64 bits there are no black boxes.

use super::call::Call;
use super::exit::{Done, Exit, Trouble};
use crate::control::Client;

pub(super) fn is_meant(call: &Call<'_>) -> bool {
    ["file", "boot", "list-boots"].iter().any(|flag| call.given.value(flag).is_some())
}

pub(super) fn client(_: &Call<'_>) -> Result<Client, Trouble> {
    Err(Trouble::new(Exit::Nothing, "black boxes cannot be read on this machine"))
}

pub(super) fn list(call: &Call<'_>) -> Done {
    client(call).map(|_| Exit::Nothing)
}
