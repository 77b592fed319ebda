//! Where there are no such signals there is nothing to do.

use std::io;

pub(super) fn hold() {}

pub(super) fn take(_is_taken: bool) {}

pub(super) fn was_stopped() -> bool {
    false
}

#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(super) fn install_handlers(_mouse: bool) -> io::Result<()> {
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(super) fn stop() -> io::Result<()> {
    Ok(())
}
