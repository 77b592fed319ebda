//! Small things that are kept between runs, in the user's state folder. Where there is no such
//! folder nothing is kept, which is no failure.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use super::atomic::replace;
use super::folder::make_private_folder;
use super::own::{Links, lock_file, read_regular};
use super::places::state_folder;
use crate::text::LARGEST_FILE;

/// What was kept under `name`, as far as it can be read.
pub fn read_state(name: &str) -> Option<String> {
    read_in(&state_folder().ok()?, name)
}

fn read_in(folder: &Path, name: &str) -> Option<String> {
    read_regular(&folder.join(name), LARGEST_FILE, Links::Followed).ok()
}

/// Keeps under `name`, readable by the user alone, what `change` makes of what was kept there. Other
/// programs that change it wait meanwhile, so that what they change is not lost.
///
/// # Errors
/// Whatever the system refuses, and what `change` does.
pub fn change_state(
    name: &str,
    change: impl FnOnce(Option<String>) -> io::Result<String>,
) -> io::Result<()> {
    match state_folder() {
        Ok(folder) => change_in(&folder, name, change),
        Err(_) => Ok(()),
    }
}

fn change_in(
    folder: &Path,
    name: &str,
    change: impl FnOnce(Option<String>) -> io::Result<String>,
) -> io::Result<()> {
    let path = folder.join(name);
    // Held until it is dropped.
    let lock = lock_file(folder, &path)?;
    lock.lock()?;
    replace(&path, &change(read_in(folder, name))?)?;
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

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn of_changes_made_at_once_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let one_more = |text: Option<String>| Ok(text.unwrap_or_default() + "x");
        thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..10 {
                        change_in(folder.path(), "count", one_more).unwrap();
                    }
                });
            }
        });
        assert_eq!(read_in(folder.path(), "count").unwrap().len(), 40);
    }
}
