//! Files of the program's own: opened without being led elsewhere or made to wait, read up to a
//! limit, and called so that none is in the place of another.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::atomic::PRIVATE;
use super::folder::make_private_folder;
use crate::text::Shown;

/// Whether a link is followed that stands in the place of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// A user may have put the file elsewhere.
    Followed,
    /// Nobody but the program has a reason to put anything there.
    Refused,
}

/// Opens a regular file. A pipe is not waited for, and nothing else is opened either.
pub(super) fn open_regular(
    path: &Path,
    options: &mut OpenOptions,
    links: Links,
) -> io::Result<File> {
    let no_follow = match links {
        Links::Followed => 0,
        Links::Refused => libc::O_NOFOLLOW,
    };
    let opened = options
        .custom_flags(libc::O_NONBLOCK | no_follow)
        .open(path);
    let is_regular = match &opened {
        Ok(file) => file.metadata()?.is_file(),
        Err(_) => !(links == Links::Refused && path.is_symlink()),
    };
    if is_regular {
        return opened;
    }
    Err(io::Error::other(format!(
        "{} is no regular file",
        path.shown()
    )))
}

/// The file that is locked by whoever works on the one at `path` in `folder`. It is not locked yet.
pub(super) fn lock_file(folder: &Path, path: &Path) -> io::Result<File> {
    make_private_folder(folder)?;
    let mut options = OpenOptions::new();
    options.create(true).write(true).mode(PRIVATE);
    open_regular(&path.with_extension("lock"), &mut options, Links::Refused)
}

/// The text of a regular file that has `most` bytes at most.
pub(super) fn read_regular(path: &Path, most: usize, links: Links) -> io::Result<String> {
    let bytes = read_bytes(path, most, links)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The bytes of a regular file that has `most` of them at most.
pub(super) fn read_bytes(path: &Path, most: usize, links: Links) -> io::Result<Vec<u8>> {
    let file = open_regular(path, OpenOptions::new().read(true), links)?;
    let mut bytes = Vec::new();
    if file.take(most as u64 + 1).read_to_end(&mut bytes)? > most {
        let message = format!("{} is larger than {most} bytes", path.shown());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The first path under which there is nothing, of those that `path` makes of a number, from the
/// time on.
pub(super) fn free_name(path: impl Fn(u128) -> PathBuf) -> PathBuf {
    // A clock may be before 1970.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut stamp = now.map_or(0, |since| since.as_nanos());
    loop {
        let path = path(stamp);
        if path.symlink_metadata().is_err() {
            return path;
        }
        stamp += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_read_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let pipe = Command::new("mkfifo").arg(path("pipe")).status().unwrap();
        assert!(pipe.success());
        symlink("/dev/zero", path("zeros")).unwrap();
        fs::write(path("file"), "text").unwrap();
        symlink("file", path("link")).unwrap();
        symlink("nothing", path("dangling")).unwrap();
        let read = |name, links| read_regular(&path(name), 4, links);
        for links in [Links::Followed, Links::Refused] {
            for name in ["pipe", "zeros", "."] {
                let message = read(name, links).unwrap_err().to_string();
                assert!(message.ends_with("is no regular file"), "{message}");
            }
            assert_eq!(read("file", links).unwrap(), "text");
            let none = read("none", links).unwrap_err();
            assert_eq!(none.kind(), io::ErrorKind::NotFound);
        }
        assert_eq!(read("link", Links::Followed).unwrap(), "text");
        for name in ["link", "dangling"] {
            let message = read(name, Links::Refused).unwrap_err().to_string();
            assert!(message.ends_with("is no regular file"), "{message}");
        }
        let long = read_regular(&path("file"), 3, Links::Refused).unwrap_err();
        assert_eq!(long.kind(), io::ErrorKind::FileTooLarge);
        let mut create = OpenOptions::new();
        create.write(true).create(true);
        assert!(open_regular(&path("dangling"), &mut create, Links::Refused).is_err());
        assert!(!path("nothing").exists());
    }

    #[test]
    fn a_name_that_is_taken_is_not_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let name = |stamp: u128| folder.path().join((stamp % 2).to_string());
        let first = free_name(name);
        fs::write(&first, "").unwrap();
        let second = free_name(name);
        assert_ne!(first, second);
    }
}
