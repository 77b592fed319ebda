//! Journals: a line is one `write` and is flushed to the disk, so that neither a killed program nor a
//! power cut loses anything. They are in the user's state folder, are readable by the user alone, and
//! are held by one program at a time. What a journal is called is decided in `cli/autosave.rs`.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::appended::Appended;
use super::atomic::{folder_of, replace};
use super::own::{Links, free_name, lock_file, read_bytes};
use super::places::state_folder;
use crate::text::LARGEST_ACCOUNT;

/// The place of a journal, held before it is begun.
pub struct JournalPlace {
    path: PathBuf,
    lock: File,
}

/// Why a journal's place could not be taken.
#[derive(Debug)]
pub enum NotTaken {
    /// Another program has the journal open, and no two may append to it.
    Held,
    /// The user has no folder for it.
    NoFolder,
    /// The folder cannot be written.
    Unwritable {
        /// The folder that cannot be written.
        folder: PathBuf,
        /// Why, as the system says it.
        error: io::Error,
    },
}

/// A journal that is being written.
pub struct Journal {
    path: PathBuf,
    file: Appended,
    /// Held as long as the journal is.
    _lock: File,
}

impl JournalPlace {
    /// Takes the place of the journal called `name` in the folder `kind` of the user's state.
    ///
    /// # Errors
    /// See [`NotTaken`].
    pub fn take(kind: &str, name: &str) -> Result<Self, NotTaken> {
        let folder = state_folder().map_err(|_| NotTaken::NoFolder)?.join(kind);
        let path = folder.join(format!("{name}.jsonl"));
        let unwritable = |error| NotTaken::Unwritable {
            folder: folder.clone(),
            error,
        };
        let lock = lock_file(&folder, &path).map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => Ok(JournalPlace { path, lock }),
            Err(TryLockError::WouldBlock) => Err(NotTaken::Held),
            Err(TryLockError::Error(error)) => Err(unwritable(error)),
        }
    }

    /// The folder it is in.
    pub fn folder(&self) -> &Path {
        folder_of(&self.path)
    }

    /// The journal that was left here: none where there is none. Bytes that are no text come as signs for
    /// that, so that the lines before them can be read.
    ///
    /// # Errors
    /// Whatever the system refuses, and one that is too large.
    pub fn text(&self) -> io::Result<Option<String>> {
        match read_bytes(&self.path, LARGEST_ACCOUNT, Links::Refused) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts the journal that was left here under another name, which is returned.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn set_aside(&self) -> io::Result<PathBuf> {
        let aside = free_name(|stamp| self.path.with_extension(format!("{stamp}.jsonl")));
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }

    /// Begins a journal with these lines, in the place of one that may be here.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn begin(self, lines: &str) -> io::Result<Journal> {
        Ok(Journal {
            file: Appended::new(replace(&self.path, lines)?, lines.len() as u64),
            path: self.path,
            _lock: self.lock,
        })
    }
}

impl Journal {
    /// Puts lines on disk, all of them or nothing. They are there when this returns, after a power
    /// cut too.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn append(&mut self, lines: &str) -> io::Result<()> {
        self.file.append(lines)
    }

    /// Ends the journal: it is done with, or there is nothing in it but these lines, if any.
    pub fn end(self, lines: Option<&str>) {
        // A journal that cannot be removed is found again, which does no harm.
        let _ = match lines {
            Some(lines) => replace(&self.path, lines).map(|_| ()),
            None => fs::remove_file(&self.path),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn place(folder: &Path) -> JournalPlace {
        let path = folder.join("a.jsonl");
        let lock = lock_file(folder, &path).unwrap();
        JournalPlace { path, lock }
    }

    #[test]
    fn lines_are_read_back_and_a_journal_that_is_set_aside_stays() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(place(folder.path()).text().unwrap(), None);
        let mut journal = place(folder.path()).begin("heading\n").unwrap();
        journal.append("step\n").unwrap();
        drop(journal);
        let left = place(folder.path());
        assert_eq!(left.text().unwrap().as_deref(), Some("heading\nstep\n"));
        let aside = left.set_aside().unwrap();
        left.begin("another\n").unwrap().end(None);
        assert_eq!(place(folder.path()).text().unwrap(), None);
        assert_eq!(fs::read_to_string(aside).unwrap(), "heading\nstep\n");
    }

    #[test]
    fn a_journal_or_lock_that_is_no_file_is_neither_waited_for_nor_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        symlink("/dev/zero", path("a.jsonl")).unwrap();
        let left = place(folder.path());
        assert!(left.text().is_err());
        let aside = left.set_aside().unwrap();
        assert!(aside.is_symlink() && !path("a.jsonl").exists());
        fs::remove_file(path("a.lock")).unwrap();
        symlink("elsewhere", path("a.lock")).unwrap();
        assert!(lock_file(folder.path(), &path("a.jsonl")).is_err());
        assert!(!path("elsewhere").exists());
    }
}
