//! A file that is there whole, or not at all: it is written under a temporary name in its folder,
//! flushed to the disk, and then renamed in one step.

use std::fs::{self, DirEntry, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use tempfile::{NamedTempFile, PersistError};

use super::files::already_exists;
use crate::text::{Error, Shown};

/// What a file or folder is called before it has its name: random letters between these two, so that nobody
/// calls one of their own so.
const BEFORE_LETTERS: &str = ".iam-refine-";
const AFTER_LETTERS: &str = ".unfinished";
const LETTERS: usize = 12;

/// Makes files and folders that do not have their names yet, open to all that `mode` says. Where the program
/// is killed by then, they stay there: nothing is ever removed because of what it is called.
pub(super) fn unfinished(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(BEFORE_LETTERS)
        .rand_bytes(LETTERS)
        .suffix(AFTER_LETTERS)
        .permissions(Permissions::from_mode(mode));
    builder
}

/// Whether that is a file which a run of this program writes, or left when it was killed.
pub fn is_unfinished(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let letters = name.to_str().and_then(|name| {
        let name = name.strip_prefix(BEFORE_LETTERS)?;
        name.strip_suffix(AFTER_LETTERS)
    });
    let is_called_so = letters.is_some_and(|letters| {
        letters.len() == LETTERS && letters.bytes().all(|letter| letter.is_ascii_alphanumeric())
    });
    is_called_so && entry.file_type().is_ok_and(|kind| kind.is_file())
}

/// Readable as the user's files are.
pub(super) const SHARED: u32 = 0o666;

/// Readable by the user alone.
pub(super) const PRIVATE: u32 = 0o600;

/// A file that is on the disk, and only has to take its name.
pub(super) struct Staged {
    file: NamedTempFile,
    /// The folder that it is in, opened before anything is put in its place.
    folder: File,
}

/// Why a file is not, or perhaps not, in its place.
#[derive(Debug)]
pub(super) enum NotPut {
    /// What was there is as it was.
    Before(io::Error),
    /// It is there, and the system does not say that it would be after a power cut.
    After(io::Error),
}

impl Staged {
    /// Writes `text` to a temporary file in the folder of `path`.
    pub fn in_same_folder(path: &Path, text: &str, mode: u32) -> io::Result<Self> {
        let folder = folder_of(path);
        let mut file = unfinished(mode).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        let folder = File::open(folder)?;
        Ok(Staged { file, folder })
    }

    /// Writes `text` to a temporary file beside the file at `path`, and gives it the mode and, where
    /// the system allows that, the owner of that file. Until then only the user can read it.
    pub fn to_replace(path: &Path, text: &str) -> io::Result<Self> {
        let staged = Staged::in_same_folder(path, text, PRIVATE)?;
        let (old, file) = (fs::metadata(path)?, staged.file.as_file());
        // Giving a file away is for root alone; for everybody else it is theirs already.
        let is_given = fchown(file, Some(old.uid()), Some(old.gid()));
        let is_in_group = is_given.or_else(|_| fchown(file, None, Some(old.gid())));
        let mode = match is_in_group {
            Ok(()) => old.mode(),
            Err(_) => without_group(old.mode()),
        };
        file.set_permissions(Permissions::from_mode(mode))?;
        file.sync_all()?;
        Ok(staged)
    }

    /// Where it is until then.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Renames it to `path`, where there must be no file.
    pub fn persist_new(self, path: &Path) -> Result<File, NotPut> {
        let persisted = self.file.persist_noclobber(path);
        on_disk(persisted, &self.folder)
    }

    /// Renames it to `path`, in the place of a file that may be there.
    pub fn persist_over(self, path: &Path) -> Result<File, NotPut> {
        let persisted = self.file.persist(path);
        on_disk(persisted, &self.folder)
    }
}

/// The mode in a file of another group: what was for the old one alone is for nobody.
fn without_group(mode: u32) -> u32 {
    let for_all = (mode & 0o007) << 3;
    mode & (0o707 | for_all)
}

/// Returns a file that was renamed when its folder is flushed to the disk too.
fn on_disk(persisted: Result<File, PersistError>, folder: &File) -> Result<File, NotPut> {
    let file = persisted.map_err(|error| NotPut::Before(error.error))?;
    folder.sync_all().map_err(NotPut::After)?;
    Ok(file)
}

impl From<NotPut> for io::Error {
    fn from(error: NotPut) -> Self {
        match error {
            NotPut::Before(error) => error,
            NotPut::After(error) => {
                let message = format!("it was written, and may be lost in a power cut: {error}");
                io::Error::new(error.kind(), message)
            }
        }
    }
}

/// Writes a file where none is, and never over another.
///
/// # Errors
/// A file that already exists, and whatever the system refuses.
pub fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let staged = Staged::in_same_folder(path, text, SHARED).map_err(NotPut::Before);
    let written = staged.and_then(|staged| staged.persist_new(path));
    match written {
        Ok(_) => Ok(()),
        Err(NotPut::Before(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(already_exists(path))
        }
        Err(NotPut::Before(error)) => Err(not_written(error, &cannot_be_written(path))),
        Err(NotPut::After(error)) => Err(perhaps_lost(error, path).help(LOOK_AT_IT)),
    }
}

/// Writes a file of the program's own, which the user alone can read, in the place of one that may
/// be there.
///
/// # Errors
/// Whatever the system refuses.
pub fn replace(path: &Path, text: &str) -> io::Result<File> {
    let staged = Staged::in_same_folder(path, text, PRIVATE)?;
    Ok(staged.persist_over(path)?)
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
    let help = format!("{}; what was there is as it was", way_out(&error));
    refused(error, what).help(help)
}

/// What could not be done and why, without what to do about it.
pub(super) fn refused(error: io::Error, what: &str) -> Error {
    Error::new(what).caused_by(without_path(error))
}

/// What to do where the system refuses to write.
pub(super) fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded => {
            "make room there, or write elsewhere"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "get the right to write there, or write elsewhere"
        }
        io::ErrorKind::NotFound => "make the folder, or write elsewhere",
        io::ErrorKind::NotADirectory => "a file stands where a folder would be: write elsewhere",
        _ => "write elsewhere",
    }
}

/// Says that a file is in its place, as far as is known.
pub(super) fn perhaps_lost(error: io::Error, path: &Path) -> Error {
    let what = format!(
        "{} was written, and may be lost in a power cut",
        path.shown()
    );
    refused(error, &what)
}

/// What to do with a file that was written, of which not all is known.
pub(super) const LOOK_AT_IT: &str = "look at it before you use it";

/// The error without the path of the file that was to become the target.
fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((message, _)) => io::Error::new(error.kind(), message),
        None => error,
    }
}

pub(super) fn cannot_be_written(path: &Path) -> String {
    format!("{} cannot be written", path.shown())
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

    /// A folder that cannot be flushed to the disk.
    fn unsynced(path: &Path) -> Staged {
        Staged {
            folder: File::open("/dev/null").unwrap(),
            ..Staged::in_same_folder(path, "text", PRIVATE).unwrap()
        }
    }

    #[test]
    fn what_is_in_its_place_is_not_said_to_be_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let new = unsynced(&path).persist_new(&path).unwrap_err();
        let over = unsynced(&path).persist_over(&path).unwrap_err();
        assert!(matches!(
            (&new, &over),
            (NotPut::After(_), NotPut::After(_))
        ));
        let message = io::Error::from(over).to_string();
        assert!(
            message.starts_with("it was written, and may be lost"),
            "{message}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "text");
        let again = Staged::in_same_folder(&path, "text", PRIVATE).unwrap();
        let again = again.persist_new(&path).unwrap_err();
        assert!(matches!(again, NotPut::Before(_)));
    }

    #[test]
    fn what_is_written_is_called_as_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let staged = Staged::in_same_folder(&at("a.json"), "text", PRIVATE).unwrap();
        for name in [
            ".iam-refine-aB3dE5",
            ".iam-refine-backup",
            ".iam-refine-keep.toml",
            ".iam-refine-aB3dE5aB3dE.unfinished",
            ".iam-refine-aB3dE5aB3dE5f.unfinished",
            ".iam-refine-aB3d-5aB3dE5.unfinished",
            ".iam-refine-aB3dE5aB3dE5.unfinished.sh",
        ] {
            fs::write(at(name), "text").unwrap();
        }
        fs::create_dir(at(".iam-refine-aB3dE5aB3dE5.unfinished")).unwrap();
        let entries = fs::read_dir(folder.path()).unwrap();
        let entries = entries.map(Result::unwrap).filter(is_unfinished);
        let unfinished: Vec<_> = entries.map(|entry| entry.path()).collect();
        assert_eq!(unfinished, [staged.path()]);
    }

    #[test]
    fn what_was_for_one_group_is_not_for_another() {
        assert_eq!(without_group(0o660), 0o600);
        assert_eq!(without_group(0o664), 0o644);
        assert_eq!(without_group(0o640), 0o600);
        assert_eq!(without_group(0o755), 0o755);
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
