//! Folders: made where there is none, or written with all that is in them, or not at all.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use tempfile::TempDir;

use super::atomic::{LOOK_AT_IT, folder_of, not_written, perhaps_lost, unfinished};
use super::files::already_exists;
use crate::text::{Error, Shown, sha256};

/// Makes a folder, and those that it is in, where they are not there.
///
/// # Errors
/// Whatever the system refuses.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Makes a folder that is the user's alone, where it is not there.
pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Whether `folder` is a folder or could be made one, as far as names say: what is there of its
/// path are folders. Makes nothing.
pub fn can_be_folder(folder: &Path) -> bool {
    let is_there = |path: &&Path| path.symlink_metadata().is_ok();
    let there = folder.ancestors().find(is_there);
    there.is_none_or(Path::is_dir)
}

/// Whether `folder` can be made: there is nothing of that name, or an empty folder.
///
/// # Errors
/// Something is there.
pub fn must_be_free(folder: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map(|mut entries| entries.next());
    match entries {
        Ok(None) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(Some(_)) => Err(Error::with_help(
            format!("the folder {} is not empty", folder.shown()),
            "give another name, or move it away; nothing was written",
        )),
        Err(_) if folder.symlink_metadata().is_ok() => Err(already_exists(folder)),
        Err(error) => Err(cannot(folder, error)),
    }
}

/// A folder that does not have its name yet. It goes away, with all that is in it, unless it is
/// finished.
pub struct NewFolder<'f> {
    at: TempDir,
    /// The name that it is to have.
    folder: &'f Path,
}

impl<'f> NewFolder<'f> {
    /// Begins the folder that is to be called `folder`, under another name in the same parent.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn begin(folder: &'f Path) -> Result<Self, Error> {
        let at = unfinished(0o777).tempdir_in(folder_of(folder));
        Ok(NewFolder {
            at: at.map_err(|error| cannot(folder, error))?,
            folder,
        })
    }

    /// Makes a folder in it.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn make(&self, name: &str) -> Result<(), Error> {
        let made = DirBuilder::new()
            .mode(0o777)
            .create(self.at.path().join(name));
        made.map_err(|error| cannot(self.folder, error))
    }

    /// Writes a file in it, with this mode, and reads it back. Returns what it holds then.
    ///
    /// # Errors
    /// Whatever the system refuses; a file that does not hold what was written.
    pub fn put(&self, name: &str, text: &str, mode: u32) -> Result<String, Error> {
        let path = self.at.path().join(name);
        let back = written(&path, text, mode).map_err(|error| cannot(self.folder, error))?;
        if back == text {
            return Ok(back);
        }
        Err(Error::with_help(
            format!("{} was written and does not hold that now", path.shown()),
            "something else writes to it; nothing else was written",
        ))
    }

    /// The SHA-256 of every file in it, as `sha256sum -c` reads them.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn checksums(&self) -> Result<String, Error> {
        let cannot = |error: io::Error| cannot(self.folder, error);
        let mut files = all_within(self.at.path()).map_err(cannot)?;
        files.sort();
        let mut sums = String::new();
        for file in files.iter().filter(|file| file.is_file()) {
            let name = file.strip_prefix(self.at.path()).unwrap_or(file);
            let text = fs::read_to_string(file).map_err(cannot)?;
            let _ = writeln!(sums, "{}  {}", sha256(&text), name.shown());
        }
        Ok(sums)
    }

    /// Flushes all of it to the disk and gives it its name.
    ///
    /// # Errors
    /// Something is there of that name by now; whatever the system refuses.
    pub fn finish(self) -> Result<(), Error> {
        let cannot = |error: io::Error| cannot(self.folder, error);
        let within = all_within(self.at.path()).map_err(cannot)?;
        sync_all(&within).map_err(cannot)?;
        let parent = File::open(folder_of(self.folder)).map_err(cannot)?;
        must_be_free(self.folder)?;
        fs::rename(self.at.path(), self.folder).map_err(cannot)?;
        // It has its name now, and there is nothing left to clear away.
        let _ = self.at.keep();
        let synced = parent.sync_all();
        synced.map_err(|error| perhaps_lost(error, self.folder).help(LOOK_AT_IT))
    }
}

fn written(path: &Path, text: &str, mode: u32) -> io::Result<String> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    fs::read_to_string(path)
}

fn cannot(folder: &Path, error: io::Error) -> Error {
    let what = format!("the folder {} cannot be written", folder.shown());
    not_written(error, &what)
}

/// A folder and everything in it.
fn all_within(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = vec![folder.to_owned()];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            all.extend(all_within(&entry.path())?);
        } else {
            all.push(entry.path());
        }
    }
    Ok(all)
}

/// How many files are flushed to the disk at a time: it takes many as fast as one.
const SYNCED_AT_ONCE: usize = 32;

/// Returns when all of it is on the disk.
fn sync_all(paths: &[PathBuf]) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let sync = || {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let syncing: Vec<_> = (0..SYNCED_AT_ONCE.min(paths.len()))
            .map(|_| scope.spawn(sync))
            .collect();
        let result = |thread: ScopedJoinHandle<'_, io::Result<()>>| {
            (thread.join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        syncing.into_iter().try_for_each(result)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_makes_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let [file, deep, behind] = ["file", "a/b", "file/b"].map(|name| folder.path().join(name));
        fs::write(&file, "").unwrap();
        assert!(can_be_folder(folder.path()) && can_be_folder(&deep));
        assert!(!can_be_folder(&file) && !can_be_folder(&behind));
        assert!(must_be_free(&deep).is_ok() && must_be_free(&file).is_err());
        assert!(can_be_folder(Path::new("nowhere")));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_finished_goes_away() {
        let within = tempfile::tempdir().unwrap();
        let path = within.path().join("out");
        let begin = || {
            let new = NewFolder::begin(&path).unwrap();
            new.make("role").unwrap();
            new.put("role/a.json", "{}", 0o666).unwrap();
            new
        };
        drop(begin());
        assert_eq!(fs::read_dir(within.path()).unwrap().count(), 0);
        begin().finish().unwrap();
        assert_eq!(fs::read_to_string(path.join("role/a.json")).unwrap(), "{}");
        assert!(begin().finish().is_err());
        assert_eq!(fs::read_dir(within.path()).unwrap().count(), 1);
    }
}
