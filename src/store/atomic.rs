//! A file that is there whole, or not at all: it is written under a temporary name in its folder,
//! flushed to the disk, and then renamed in one step.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use tempfile::NamedTempFile;

use super::files::already_exists;
use crate::text::Error;

/// What a file or folder is called before it has its name. Where the program is killed by then, it
/// stays there as this and some letters.
pub(super) const UNFINISHED: &str = ".iam-refine-";

/// Readable as the user's files are.
pub(super) const SHARED: u32 = 0o666;

/// Readable by the user alone.
pub(super) const PRIVATE: u32 = 0o600;

/// A file that is on the disk, and only has to take its name.
pub(super) struct Staged(NamedTempFile);

impl Staged {
    /// Writes `text` to a temporary file in the folder of `path`.
    pub fn in_same_folder(path: &Path, text: &str, mode: u32) -> io::Result<Self> {
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(folder_of(path))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(Staged(file))
    }

    /// Gives it the mode and, where the system allows that, the owner of the file at `path`.
    pub fn like(self, path: &Path) -> io::Result<Self> {
        let (old, file) = (fs::metadata(path)?, self.0.as_file());
        // Giving a file away is for root alone; for everybody else it is theirs already.
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
        file.set_permissions(old.permissions())?;
        file.sync_all()?;
        Ok(self)
    }

    /// Renames it to `path`, where there must be no file.
    pub fn persist_new(self, path: &Path) -> io::Result<File> {
        let persisted = self.0.persist_noclobber(path);
        on_disk(persisted.map_err(|error| error.error)?, path)
    }

    /// Renames it to `path`, in the place of a file that may be there.
    pub fn persist_over(self, path: &Path) -> io::Result<File> {
        let persisted = self.0.persist(path);
        on_disk(persisted.map_err(|error| error.error)?, path)
    }
}

/// Returns the file at `path`, when its folder is flushed to the disk too.
fn on_disk(file: File, path: &Path) -> io::Result<File> {
    File::open(folder_of(path))?.sync_all()?;
    Ok(file)
}

/// Writes a file where none is, and never over another.
///
/// # Errors
/// A file that already exists, and whatever the system refuses.
pub fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let staged = Staged::in_same_folder(path, text, SHARED);
    let written = staged.and_then(|staged| staged.persist_new(path));
    match written {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(already_exists(path)),
        Err(error) => Err(not_written(error, &cannot_be_written(path))),
    }
}

/// Writes a file of the program's own, which the user alone can read, in the place of one that may
/// be there.
///
/// # Errors
/// Whatever the system refuses.
pub fn replace(path: &Path, text: &str) -> io::Result<File> {
    Staged::in_same_folder(path, text, PRIVATE)?.persist_over(path)
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Says `what` could not be done, and what to do about it. What was to be written over is as it was.
pub(super) fn not_written(error: io::Error, what: &str) -> Error {
    let way_out = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded => {
            "make room there, or write elsewhere"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "get the right to write there, or write elsewhere"
        }
        io::ErrorKind::NotFound => "make the folder, or write elsewhere",
        _ => "write elsewhere",
    };
    Error::new(what)
        .caused_by(without_path(error))
        .help(format!("{way_out}; what was there is as it was"))
}

/// The error without the path of the file that was to become the target.
fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((told, _)) => io::Error::new(error.kind(), told),
        None => error,
    }
}

pub(super) fn cannot_be_written(path: &Path) -> String {
    format!("{} cannot be written", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.collect()
    }

    #[test]
    fn a_file_that_is_there_is_left_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write_new(&path, "first").unwrap();
        let refused = write_new(&path, "second").unwrap_err();
        assert!(refused.to_string().ends_with("a.json already exists"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert_eq!(names(folder.path()), ["a.json"]);
        replace(&path, "third").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "third");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[test]
    fn what_cannot_be_written_says_why_and_keeps_the_cause() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowhere/a.json");
        let report = write_new(&path, "text").unwrap_err().report().to_string();
        let expected = format!(
            "error: {} cannot be written: No such file or directory (os error 2)\n\
             help: make the folder, or write elsewhere; what was there is as it was",
            path.display()
        );
        assert_eq!(report, expected);
    }
}
