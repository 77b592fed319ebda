//! A folder of the user's alone that is filled file by file, by one program at a time. A program that
//! is killed leaves files that are whole, and a log of them to resume from.

use std::fs::{self, DirEntry, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::appended::Appended;
use super::atomic::{PRIVATE, is_unfinished, not_written, replace};
use super::folder::{make_private_folder, must_be_free};
use super::own::{Links, open_regular, read_regular};
use crate::text::{Error, LARGEST_ACCOUNT, Shown};

/// A folder that is being filled. It is held until it is dropped.
pub struct FilledFolder {
    path: PathBuf,
    log: PathBuf,
    /// Where the next line of the log goes.
    log_file: Appended,
    _lock: File,
}

impl FilledFolder {
    /// Makes the folder at `path`, or takes one that `is_begun`; its log is the file `log`.
    ///
    /// # Errors
    /// A folder that is not begun, with something in it; one that another program fills; whatever the
    /// system refuses.
    pub fn open(path: &Path, log: &str, is_begun: bool) -> Result<Self, Error> {
        let cannot = |error| {
            let what = format!("the folder {} cannot be written", path.shown());
            not_written(error, &what)
        };
        if is_begun {
            is_of_user_alone(path)?;
        } else {
            if !holds_nothing_but(path, log) {
                must_be_free(path)?;
            }
            make_private_folder(path).map_err(cannot)?;
        }
        // One that was there may be open to others, and is not the user's where that cannot be changed.
        fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(cannot)?;
        let lock = locked(path)?;
        let log = path.join(log);
        // A program that was killed may have left half a line.
        let lines = read_log(&log).map_err(cannot)?.unwrap_or_default();
        let log_file = end_of(&log, lines.len() as u64).map_err(cannot)?;
        Ok(FilledFolder {
            path: path.to_owned(),
            log,
            log_file,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in it, in the place of one that may be there. It is on the disk when this
    /// returns.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn put(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.path.join(name);
        let put = replace(&path, text);
        put.map(drop)
            .map_err(|error| not_written(error, &format!("{} cannot be written", path.shown())))
    }

    /// Appends a line to the log. It is on the disk when this returns.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn log(&mut self, line: &str) -> Result<(), Error> {
        let written = self.log_file.append(&format!("{line}\n"));
        written.map_err(|error| {
            let what = format!("{} cannot be written", self.log.shown());
            not_written(error, &what)
        })
    }

    /// Begins the log anew.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn clear_log(&mut self) -> Result<(), Error> {
        let cleared = end_of(&self.log, 0).map_err(|error| {
            let what = format!("{} cannot be written", self.log.shown());
            not_written(error, &what)
        });
        self.log_file = cleared?;
        Ok(())
    }

    /// Writes the file that says that all of it is done, and removes the log.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn finish(self, done: &str, text: &str) -> Result<(), Error> {
        self.put(done, text)?;
        // Where it cannot be removed, the folder is found done all the same.
        let _ = fs::remove_file(&self.log);
        Ok(())
    }
}

/// Whether there is nothing in a folder but a log that was not begun, and what a program that was killed
/// leaves of a file.
fn holds_nothing_but(path: &Path, log: &str) -> bool {
    let is_unwritten = |entry: DirEntry| {
        let is_log =
            entry.file_name() == log && read_log(&path.join(log)).is_ok_and(is_without_lines);
        is_log || is_unfinished(&entry)
    };
    fs::read_dir(path).is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(is_unwritten)))
}

fn is_without_lines(log: Option<String>) -> bool {
    log.is_none_or(|lines| lines.is_empty())
}

/// Whether nobody else can have put anything into the folder.
fn is_of_user_alone(path: &Path) -> Result<(), Error> {
    let mode = fs::metadata(path).map(|folder| folder.permissions().mode());
    let mode = mode
        .map_err(|error| Error::new(format!("{} cannot be read", path.shown())).caused_by(error))?;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    Err(Error::with_help(
        format!("others may write to {}, so it is not resumed", path.shown()),
        "give another name, or remove it to fetch again",
    ))
}

/// The lines of a text that are ended.
fn whole_lines(text: &str) -> &str {
    text.rfind('\n').map_or("", |end| &text[..=end])
}

/// The lines of the log at `path` that are ended; none where there is no log.
///
/// # Errors
/// Whatever the system refuses; what is no text.
pub fn read_log(path: &Path) -> io::Result<Option<String>> {
    match read_regular(path, LARGEST_ACCOUNT, Links::Refused) {
        Ok(text) => Ok(Some(whole_lines(&text).to_owned())),
        // Where the folder should be, something else may be.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The file that is appended to from `length` on, made where it is not there.
fn end_of(path: &Path, length: u64) -> io::Result<Appended> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).mode(PRIVATE);
    let mut file = open_regular(path, &mut options, Links::Refused)?;
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length))?;
    Ok(Appended::new(file, length))
}

/// The folder, held by this program alone.
fn locked(path: &Path) -> Result<File, Error> {
    let cannot = |error: io::Error| {
        Error::new(format!("the folder {} cannot be locked", path.shown())).caused_by(error)
    };
    let folder = File::open(path).map_err(cannot)?;
    match folder.try_lock() {
        Ok(()) => Ok(folder),
        Err(TryLockError::WouldBlock) => Err(Error::with_help(
            format!("another program is writing to {}", path.shown()),
            "wait until that has ended, or give another folder",
        )),
        // Where there are no locks, files are whole all the same.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(folder),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
    }
}

/// The text of a regular file in such a folder, of `most` bytes at most.
///
/// # Errors
/// Whatever the system refuses; what is no text; a file that is larger.
pub fn read_filled(path: &Path, most: usize) -> io::Result<String> {
    read_regular(path, most, Links::Followed)
}

/// Removes such a folder of the program's own with all that is in it.
///
/// # Errors
/// Another program fills it; whatever the system refuses.
pub fn remove_filled(path: &Path) -> Result<(), Error> {
    let lock = locked(path)?;
    let removed = fs::remove_dir_all(path);
    drop(lock);
    removed.map_err(|error| {
        Error::new(format!("the folder {} cannot be removed", path.shown())).caused_by(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path, is_begun: bool) -> Result<FilledFolder, Error> {
        FilledFolder::open(path, "log.jsonl", is_begun)
    }

    #[test]
    fn a_folder_is_filled_by_one_program_and_resumed_by_the_next() {
        let within = tempfile::tempdir().unwrap();
        let path = within.path().join("new");
        let mut folder = open(&path, false).unwrap();
        folder.put("a.json", "{}").unwrap();
        folder.log("one").unwrap();
        assert!(open(&path, true).is_err(), "it is held");
        drop(folder);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("a.json"))), (0o700, 0o600));
        // A killed program leaves half a line.
        let log = path.join("log.jsonl");
        fs::write(&log, "one\ntw").unwrap();
        assert_eq!(read_log(&log).unwrap().as_deref(), Some("one\n"));
        let mut folder = open(&path, true).unwrap();
        folder.log("two").unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), "one\ntwo\n");
        folder.finish("done.json", "{}").unwrap();
        assert_eq!(read_log(&log).unwrap(), None);
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_not_resumed() {
        let within = tempfile::tempdir().unwrap();
        drop(open(within.path(), false).unwrap());
        fs::set_permissions(within.path(), Permissions::from_mode(0o777)).unwrap();
        let refused = open(within.path(), true).map(drop).unwrap_err();
        assert!(refused.to_string().starts_with("others may write"));
    }

    #[test]
    fn what_a_full_disk_leaves_is_begun_anew() {
        let within = tempfile::tempdir().unwrap();
        fs::write(within.path().join("log.jsonl"), "half a li").unwrap();
        fs::write(
            within.path().join(".iam-refine-aB3dE5aB3dE5.unfinished"),
            "",
        )
        .unwrap();
        open(within.path(), false).unwrap();
        fs::write(
            within.path().join("log.jsonl"),
            "a line of another program\n",
        )
        .unwrap();
        assert!(open(within.path(), false).is_err());
    }

    #[test]
    fn a_folder_that_was_there_and_empty_is_closed_to_others() {
        let within = tempfile::tempdir().unwrap();
        fs::set_permissions(within.path(), Permissions::from_mode(0o755)).unwrap();
        drop(open(within.path(), false).unwrap());
        let mode = fs::metadata(within.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_folder_with_something_else_in_it_is_left_alone() {
        let within = tempfile::tempdir().unwrap();
        fs::write(within.path().join("mine"), "").unwrap();
        let refused = open(within.path(), false)
            .map(drop)
            .unwrap_err()
            .to_string();
        assert!(refused.ends_with("is not empty"), "{refused}");
        assert_eq!(fs::read_dir(within.path()).unwrap().count(), 1);
    }
}
