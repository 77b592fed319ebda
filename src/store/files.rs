//! Several files written together.
//!
//! Whatever can be found out before is found out for all of them, then each file takes the place of
//! the old one in a single step. A file that holds what is to be written already is done, so that
//! trying again after a failure is safe.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::atomic::{
    LOOK_AT_IT, NotPut, PRIVATE, SHARED, Staged, cannot_be_written, folder_of, not_written,
    perhaps_lost, refused, way_out,
};
use super::folder::make_private_folder;
use super::interrupted::{PlannedFile, WriteUnderWay};
use super::own::free_name;
use super::places::replaced_folder;
use crate::text::{Error, Shown};

/// A file to be written.
pub struct FileWrite<'a> {
    /// Where to. Links are followed where it is written over.
    pub path: &'a Path,
    /// What it is to hold.
    pub text: &'a str,
    /// What may be at `path` already, other than a file that holds `text`.
    pub target: Target<'a>,
}

/// What may be at a target already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// Nothing: a file that is there is not written over.
    New,
    /// The same, for a record, which only tells of the files that are written with it.
    Record,
    /// A file that still holds this, as it did when it was read.
    Over(&'a str),
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// The path that was given for it.
    pub path: PathBuf,
    /// Where the bytes are that stood there before.
    pub old_bytes: Option<PathBuf>,
}

/// Writes files, each all of it or nothing. Mode and owner of a file written over are kept, and so
/// are its bytes, in the [`replaced_folder`]. Every file is read back. Returns what was written, in
/// the order of the files; nothing for one that holds the text already.
///
/// # Errors
/// A target that is there and may not be, that changed since it was read, or that another run of the
/// program writes over; whatever the system refuses. What was written before the failure is named in
/// it, and what was not.
pub fn write_files(files: &[FileWrite<'_>]) -> Result<Vec<Option<WrittenFile>>, Error> {
    each_once(files)?;
    let mut prepared = Vec::new();
    for file in files {
        prepared.push(file.prepare()?);
    }
    let under_way = write_down(&prepared)?;
    let written = put_all(prepared);
    if let Some(under_way) = under_way {
        // What could not be written is told.
        under_way.end();
    }
    written
}

/// Writes down what is to be done where several files are written and one of them over an old one: none
/// of them is to stay half done.
fn write_down(prepared: &[Option<Prepared<'_>>]) -> Result<Option<WriteUnderWay>, Error> {
    let files: Vec<&Prepared<'_>> = prepared.iter().flatten().collect();
    if files.len() < 2 || files.iter().all(|file| file.old_bytes.is_none()) {
        return Ok(None);
    }
    let planned = files.into_iter().map(|one| {
        let mut planned = PlannedFile::new(
            &one.path,
            &one.staged,
            one.file.text,
            one.old_bytes.as_deref(),
        );
        planned.is_record = one.file.target == Target::Record;
        planned
    });
    let under_way = WriteUnderWay::begin(&planned.collect::<Vec<_>>());
    under_way.map(Some).map_err(|error| {
        Error::new("what is to be written cannot be written down")
            .caused_by(error)
            .help("set XDG_STATE_HOME to a folder that can be written; nothing was written")
    })
}

fn put_all(prepared: Vec<Option<Prepared<'_>>>) -> Result<Vec<Option<WrittenFile>>, Error> {
    let mut written: Vec<Option<WrittenFile>> = Vec::new();
    let mut prepared = prepared.into_iter();
    while let Some(next) = prepared.next() {
        match next.map(Prepared::put).transpose() {
            Ok(file) => written.push(file),
            Err(stopped) => {
                let rest = prepared.flatten().map(|rest| rest.file.path.to_owned());
                return Err(stopped.error(written, rest));
            }
        }
    }
    Ok(written)
}

/// Fails when two files are to have the same place.
fn each_once(files: &[FileWrite<'_>]) -> Result<(), Error> {
    let mut places = BTreeSet::new();
    let place = |path: &Path| {
        let folder = fs::canonicalize(folder_of(path)).ok()?;
        Some(folder.join(path.file_name()?))
    };
    let twice = (files.iter()).find(|file| place(file.path).is_some_and(|at| !places.insert(at)));
    match twice {
        Some(twice) => Err(Error::with_help(
            format!("{} would be written twice", twice.path.shown()),
            "give each file a name of its own; nothing was written",
        )),
        None => Ok(()),
    }
}

/// Why a file could not be put in its place, or is there and not as it should be.
struct Stopped {
    /// What happened, without what to do about it.
    error: Error,
    way_out: &'static str,
    file: WrittenFile,
    is_written: bool,
}

impl Stopped {
    /// The error, with what was `written` before, and what is not.
    fn error(
        self,
        written: Vec<Option<WrittenFile>>,
        rest: impl Iterator<Item = PathBuf>,
    ) -> Error {
        let mut written: Vec<WrittenFile> = written.into_iter().flatten().collect();
        let mut unwritten = Vec::new();
        if self.is_written {
            written.push(self.file);
        } else {
            unwritten.push(self.file.path);
        }
        unwritten.extend(rest);
        let mut states: Vec<String> = written.iter().map(ToString::to_string).collect();
        let unwritten = unwritten.iter().map(|path| path.shown().to_string());
        let unwritten = unwritten.collect::<Vec<_>>().join(", ");
        if states.is_empty() {
            states.push("nothing was written".to_owned());
        } else if !unwritten.is_empty() {
            states.push(format!("not written: {unwritten}"));
        }
        (self.error).help(format!("{}; {}", self.way_out, states.join("; ")))
    }
}

/// A file on the disk under another name, that only has to take its place.
struct Prepared<'a> {
    file: &'a FileWrite<'a>,
    /// The target, links followed.
    path: PathBuf,
    staged: Staged,
    old_bytes: Option<PathBuf>,
    /// Held until all files are written: the file that is written over.
    _lock: Option<File>,
}

impl<'a> FileWrite<'a> {
    /// Makes sure that the file may be written, and writes it to a temporary file in the folder of
    /// its target. None when the target holds the text already.
    fn prepare(&'a self) -> Result<Option<Prepared<'a>>, Error> {
        match self.target {
            Target::New | Target::Record => self.prepare_new(),
            Target::Over(old) => self.prepare_over(old),
        }
    }

    fn prepare_new(&'a self) -> Result<Option<Prepared<'a>>, Error> {
        let path = self.path;
        if path.symlink_metadata().is_ok() {
            // Reading from a pipe or a device could wait for ever.
            if !path.is_file() {
                return Err(already_exists(path));
            }
            let now = fs::read(path).map_err(failed(path, "cannot be read"))?;
            if now != self.text.as_bytes() {
                return Err(already_exists(path));
            }
            return Ok(None);
        }
        let staged = Staged::in_same_folder(path, self.text, SHARED);
        Ok(Some(Prepared {
            staged: staged.map_err(|error| not_written(error, &cannot_be_written(path)))?,
            file: self,
            path: path.to_owned(),
            old_bytes: None,
            _lock: None,
        }))
    }

    fn prepare_over(&'a self, old: &str) -> Result<Option<Prepared<'a>>, Error> {
        let path = fs::canonicalize(self.path).map_err(failed(self.path, "cannot be found"))?;
        let now = fs::read(&path).map_err(failed(&path, "cannot be read"))?;
        if now == self.text.as_bytes() {
            return Ok(None);
        }
        is_one_name(&path)?;
        // It would be replaced, for which the folder's mode counts; but who protects a file means
        // the file, so it is opened to be written.
        let lock = lock(&path)?;
        // What another run wrote before it gave up the lock is there now.
        let now = fs::read(&path).map_err(failed(&path, "cannot be read"))?;
        if now != old.as_bytes() {
            return Err(changed(&path));
        }
        let staged = Staged::to_replace(&path, self.text);
        Ok(Some(Prepared {
            staged: staged.map_err(|error| not_written(error, &cannot_be_written(&path)))?,
            file: self,
            old_bytes: Some(keep_old(self.path, old)?),
            path,
            _lock: Some(lock),
        }))
    }
}

impl Prepared<'_> {
    /// Takes the target's place, and reads it back.
    fn put(self) -> Result<WrittenFile, Box<Stopped>> {
        let (path, text) = (self.path, self.file.text);
        let file = WrittenFile {
            path: self.file.path.to_owned(),
            old_bytes: self.old_bytes,
        };
        let put = match self.file.target {
            Target::New | Target::Record => self.staged.persist_new(&path),
            Target::Over(_) => self.staged.persist_over(&path),
        };
        let (error, way_out, is_written) = match put {
            Err(NotPut::Before(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
                let there = Error::new(format!("{} already exists", path.shown()));
                (there, "give another name, or move it away", false)
            }
            Err(NotPut::Before(error)) => {
                let way_out = way_out(&error);
                (refused(error, &cannot_be_written(&path)), way_out, false)
            }
            Err(NotPut::After(error)) => (perhaps_lost(error, &path), LOOK_AT_IT, true),
            Ok(_) => match fs::read(&path) {
                Ok(back) if back == text.as_bytes() => return Ok(file),
                Ok(_) => {
                    let other = format!("{} was written and does not hold that now", path.shown());
                    (Error::new(other), SOMETHING_ELSE_WRITES, true)
                }
                Err(error) => {
                    let unread = failed(&path, "was written and cannot be read back")(error);
                    (unread, LOOK_AT_IT, true)
                }
            },
        };
        Err(Box::new(Stopped {
            error,
            way_out,
            file,
            is_written,
        }))
    }
}

const SOMETHING_ELSE_WRITES: &str = "something else writes to it; look at it before you use it";

/// Locks the file at `path`, so that of several runs of the program only one writes over it.
///
/// The lock is on the file itself, so that it holds among all users and leaves nothing behind. Who
/// holds it replaces the file, and the next one finds another file under the name: then that is the
/// one to be locked.
fn lock(path: &Path) -> Result<File, Error> {
    loop {
        let file = (OpenOptions::new().read(true).write(true).open(path))
            .map_err(|error| not_written(error, &cannot_be_written(path)))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::with_help(
                    format!("another program is writing over {}", path.shown()),
                    "run it again on the new text when that has ended; nothing was written",
                ));
            }
            // Where there are no locks, the comparison of the bytes has to be enough.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => {
                let what = format!("{} cannot be locked", path.shown());
                return Err(Error::new(what)
                    .caused_by(error)
                    .help("write elsewhere with -o; nothing was written"));
            }
        }
        let same =
            |one: &Metadata, other: &Metadata| (one.dev(), one.ino()) == (other.dev(), other.ino());
        let opened = file.metadata().map_err(failed(path, "cannot be read"))?;
        match fs::metadata(path) {
            Ok(there) if same(&opened, &there) => return Ok(file),
            Ok(_) => {}
            Err(error) => return Err(failed(path, "cannot be read")(error)),
        }
    }
}

/// Whether the file at `path` has no other name: only this one would become the new file, and the
/// others go on with the old.
///
/// # Errors
/// A file with several hard links.
pub fn is_one_name(path: &Path) -> Result<(), Error> {
    match fs::metadata(path) {
        Ok(file) if file.nlink() > 1 => Err(Error::with_help(
            format!(
                "{} has {} names (hard links), and writing it in place would leave the others behind",
                path.shown(),
                file.nlink()
            ),
            "write elsewhere with -o, or replace it by a copy of its own first; nothing was written",
        )),
        // What else is wrong shows when it is opened.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The refusal to write over a file that is not the one that was read.
pub fn changed(path: &Path) -> Error {
    Error::with_help(
        format!("{} has changed since it was read", path.shown()),
        "run it again on the new text; nothing was written",
    )
}

/// Where something may lie beside the old bytes of files, called so: a new name in their folder.
///
/// # Errors
/// There can be no such folder.
pub fn beside_old_bytes(name: &str) -> Result<PathBuf, Error> {
    let folder = replaced_folder()?;
    let cannot = format!("{} cannot be made", folder.shown());
    make_private_folder(&folder).map_err(|error| Error::new(cannot).caused_by(error))?;
    Ok(free_name(|stamp| folder.join(format!("{stamp}-{name}"))))
}

/// Keeps the old bytes of the file at `path`, for going back, readable by the user alone. Returns
/// where.
fn keep_old(path: &Path, old: &str) -> Result<PathBuf, Error> {
    let folder = replaced_folder()?;
    let name = path.file_name().unwrap_or("file".as_ref());
    let kept = free_name(|stamp| folder.join(format!("{stamp}-{}", name.to_string_lossy())));
    let keep = || -> io::Result<_> {
        make_private_folder(&folder)?;
        Ok(Staged::in_same_folder(&kept, old, PRIVATE)?.persist_new(&kept)?)
    };
    let Err(error) = keep() else { return Ok(kept) };
    let what = format!("the old bytes cannot be kept in {}", folder.shown());
    Err(match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Error::new(what).caused_by(error).help(
                "set XDG_STATE_HOME to a folder that can be written, or write elsewhere with -o; \
                 nothing was written",
            )
        }
        _ => not_written(error, &what),
    })
}

/// The refusal to write over a file that is there.
pub fn already_exists(path: &Path) -> Error {
    Error::with_help(
        format!("{} already exists", path.shown()),
        "give another name, or move it away; nothing was written",
    )
}

fn failed(path: &Path, what: &str) -> impl FnOnce(io::Error) -> Error {
    let message = format!("{} {what}", path.shown());
    |error| Error::new(message).caused_by(error)
}

impl fmt::Display for WrittenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrote {}", self.path.shown())?;
        if let Some(old_bytes) = &self.old_bytes {
            write!(f, "; the old bytes are in {}", old_bytes.shown())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_where_one_of_several_may_not_be() {
        let folder = tempfile::tempdir().unwrap();
        let [free, taken] = ["free.json", "taken.json"].map(|name| folder.path().join(name));
        fs::write(&taken, "old").unwrap();
        let file = |path| FileWrite {
            path,
            text: "new",
            target: Target::New,
        };
        let refused = write_files(&[file(&free), file(&taken)]).unwrap_err();
        assert!(refused.to_string().ends_with("taken.json already exists"));
        assert!(!free.exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_written_before_a_failure_is_told_and_what_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // It can be written under another name, and not be called so.
        let too_long = at(&"b".repeat(300));
        let [first, last] = [at("a.json"), at("c.json")];
        let file = |path| FileWrite {
            path,
            text: "new",
            target: Target::New,
        };
        let stopped = write_files(&[file(&first), file(&too_long), file(&last)]).unwrap_err();
        let expected = format!(
            "error: {long} cannot be written: File name too long (os error 36)\n\
             help: write elsewhere; wrote {}; not written: {long}, {}",
            first.display(),
            last.display(),
            long = too_long.display(),
        );
        assert_eq!(stopped.report().to_string(), expected);
        assert_eq!(fs::read_to_string(&first).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let nothing = write_files(&[file(&too_long), file(&last)]).unwrap_err();
        let message = nothing.report().to_string();
        assert!(
            message.ends_with("help: write elsewhere; nothing was written"),
            "{message}"
        );
    }

    #[test]
    fn no_two_files_go_to_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let [path, same] = ["a.json", "./a.json"].map(|name| folder.path().join(name));
        let file = |path| FileWrite {
            path,
            text: "new",
            target: Target::New,
        };
        let refused = write_files(&[file(&path), file(&same)]).unwrap_err();
        assert!(refused.to_string().ends_with("would be written twice"));
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_holds_the_text_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "new").unwrap();
        for target in [Target::New, Target::Over("old")] {
            let file = FileWrite {
                path: &path,
                text: "new",
                target,
            };
            assert_eq!(write_files(&[file]).unwrap(), [None]);
        }
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "changed").unwrap();
        let file = FileWrite {
            path: &path,
            text: "new",
            target: Target::Over("old"),
        };
        let refused = write_files(&[file]).unwrap_err().to_string();
        assert!(refused.ends_with("a.json has changed since it was read"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "changed");
    }
}
