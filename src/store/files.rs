//! Several files written together.
//!
//! Whatever can be found out before is found out for all of them, then each file takes the place of
//! the old one in a single step. A file that holds what is to be written already is done, so that
//! trying again after a failure is safe.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{PRIVATE, SHARED, Staged, cannot_be_written, not_written};
use super::folder::make_private_folder;
use super::places::replaced_folder;
use crate::text::Error;

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
/// A target that is there and may not be, or that changed since it was read, and whatever the
/// system refuses. What was written before the failure is named in it.
pub fn write_files(files: &[FileWrite<'_>]) -> Result<Vec<Option<WrittenFile>>, Error> {
    let mut prepared = Vec::new();
    for file in files {
        prepared.push(file.prepare()?);
    }
    let mut written: Vec<Option<WrittenFile>> = Vec::new();
    for file in prepared {
        match file.map(Prepared::put).transpose() {
            Ok(file) => written.push(file),
            Err(error) => return Err(after(&written, error)),
        }
    }
    Ok(written)
}

/// An error that came after some files were written.
fn after(written: &[Option<WrittenFile>], error: Error) -> Error {
    let files: Vec<String> = written.iter().flatten().map(ToString::to_string).collect();
    if files.is_empty() {
        return error;
    }
    let help = format!("before that: {}", files.join("; "));
    Error::with_help(format!("not all was written\n{}", error.report()), help)
}

/// A file on the disk under another name, that only has to take its place.
struct Prepared<'a> {
    file: &'a FileWrite<'a>,
    /// The target, links followed.
    path: PathBuf,
    staged: Staged,
    old_bytes: Option<PathBuf>,
}

impl<'a> FileWrite<'a> {
    /// Makes sure that the file may be written, and writes it to a temporary file in the folder of
    /// its target. None when the target holds the text already.
    fn prepare(&'a self) -> Result<Option<Prepared<'a>>, Error> {
        let path = match self.target {
            Target::New => self.path.to_owned(),
            Target::Over(_) => {
                fs::canonicalize(self.path).map_err(failed(self.path, "cannot be found"))?
            }
        };
        if self.is_done(&path)? {
            return Ok(None);
        }
        let old_bytes = match self.target {
            Target::New => None,
            Target::Over(old) => Some(keep_old(self.path, old)?),
        };
        let staged = Staged::in_same_folder(&path, self.text, SHARED);
        let staged = match self.target {
            Target::New => staged,
            Target::Over(_) => staged.and_then(|staged| staged.like(&path)),
        };
        Ok(Some(Prepared {
            staged: staged.map_err(|error| not_written(error, &cannot_be_written(&path)))?,
            file: self,
            path,
            old_bytes,
        }))
    }

    /// Whether the target holds the new text already; refuses one that may not be written.
    fn is_done(&self, path: &Path) -> Result<bool, Error> {
        if self.target == Target::New {
            if path.symlink_metadata().is_err() {
                return Ok(false);
            }
            // Reading from a pipe or a device could wait for ever.
            if !path.is_file() {
                return Err(already_exists(path));
            }
        }
        let now = fs::read(path).map_err(failed(path, "cannot be read"))?;
        if now == self.text.as_bytes() {
            return Ok(true);
        }
        match self.target {
            Target::New => Err(already_exists(path)),
            Target::Over(old) if now == old.as_bytes() => {
                // It would be replaced, for which the folder's mode counts; but who protects a file
                // means the file.
                let writable = OpenOptions::new().write(true).open(path);
                writable.map_err(|error| not_written(error, &cannot_be_written(path)))?;
                Ok(false)
            }
            Target::Over(_) => Err(Error::with_help(
                format!("{} has changed since it was read", path.display()),
                "run it again on the new text; nothing was written",
            )),
        }
    }
}

impl Prepared<'_> {
    /// Takes the target's place, and reads it back.
    fn put(self) -> Result<WrittenFile, Error> {
        let path = self.path;
        let put = match self.file.target {
            Target::New => self.staged.persist_new(&path),
            Target::Over(_) => self.staged.persist_over(&path),
        };
        put.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => already_exists(&path),
            _ => not_written(error, &cannot_be_written(&path)),
        })?;
        let back = fs::read(&path).map_err(failed(&path, "cannot be read back"))?;
        if back != self.file.text.as_bytes() {
            return Err(Error::with_help(
                format!("{} was written and does not hold that now", path.display()),
                "something else writes to it; look at it before you use it",
            ));
        }
        Ok(WrittenFile {
            path: self.file.path.to_owned(),
            old_bytes: self.old_bytes,
        })
    }
}

/// Keeps the old bytes of the file at `path`, for going back, readable by the user alone. Returns
/// where.
fn keep_old(path: &Path, old: &str) -> Result<PathBuf, Error> {
    let folder = replaced_folder()?;
    let name = path.file_name().unwrap_or("file".as_ref());
    let now = jiff::Timestamp::now().as_nanosecond();
    let kept = folder.join(format!("{now}-{}", name.to_string_lossy()));
    let keep = || {
        make_private_folder(&folder)?;
        Staged::in_same_folder(&kept, old, PRIVATE)?.persist_new(&kept)
    };
    let Err(error) = keep() else { return Ok(kept) };
    let what = format!("the old bytes cannot be kept in {}", folder.display());
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
        format!("{} already exists", path.display()),
        "give another name, or move it away; nothing was written",
    )
}

fn failed(path: &Path, what: &str) -> impl FnOnce(io::Error) -> Error {
    let message = format!("{} {what}", path.display());
    |error| Error::new(message).caused_by(error)
}

impl fmt::Display for WrittenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrote {}", self.path.display())?;
        if let Some(old_bytes) = &self.old_bytes {
            write!(f, "; the old bytes are in {}", old_bytes.display())?;
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
