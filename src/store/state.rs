//! Small things that are kept between runs, in the user's state folder. Where there is no such
//! folder nothing is kept, which is no failure.

use std::fs::OpenOptions;
use std::io;

use super::atomic::replace;
use super::folder::make_private_folder;
use super::own::{Links, read_regular};
use super::places::state_folder;
use crate::text::LARGEST_FILE;

/// What was kept under `name`, as far as it can be read.
pub fn read_state(name: &str) -> Option<String> {
    let path = state_folder().ok()?.join(name);
    read_regular(&path, LARGEST_FILE, Links::Followed).ok()
}

/// Keeps `text` under `name`, readable by the user alone.
///
/// # Errors
/// Whatever the system refuses.
pub fn write_state(name: &str, text: &str) -> io::Result<()> {
    let Ok(folder) = state_folder() else {
        return Ok(());
    };
    make_private_folder(&folder)?;
    replace(&folder.join(name), text)?;
    Ok(())
}

/// Whether this is asked for the first time, which is remembered under `name`. Where that cannot be
/// remembered it never is: it would be each time.
pub fn is_first_time(name: &str) -> bool {
    let Ok(folder) = state_folder() else {
        return false;
    };
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    make_private_folder(&folder).is_ok() && new.open(folder.join(name)).is_ok()
}
